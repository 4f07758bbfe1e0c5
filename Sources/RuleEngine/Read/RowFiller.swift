internal import CHotPath
internal import EventModel

/// Puts the fields of one record into the row behind the last of its stream's rows, one by one and with care: those that `hp_fill` left.
struct RowFiller {
  let rows: StreamRows
  /// The record's bytes, padded; the same offsets as in the record itself.
  let text: UnsafePointer<UInt8>
  let tokens: UnsafePointer<hp_token>

  private var row: Int { rows.count }

  enum Outcome { case absent, value, invalid }

  /// Takes a field as its schema has it.
  func fill(_ reader: FieldReader) -> Outcome {
    let outcome = self.outcome(reader)
    switch outcome {
    case .absent: break
    case .value: rows.columns[reader.column].setPresent(row)
    case .invalid: rows.columns[reader.column].setInvalid(row)
    }
    return outcome
  }

  private func outcome(_ reader: FieldReader) -> Outcome {
    for step in reader.steps {
      switch tokens[step.node].kind {
      case HP_OBJECT.rawValue: continue
      case HP_ABSENT.rawValue: return step.isRequired ? .invalid : .absent
      case HP_NULL.rawValue: return step.isNullable ? .absent : .invalid
      default: return .invalid
      }
    }
    let token = tokens[reader.node]
    switch token.kind {
    case HP_ABSENT.rawValue: return reader.isRequired ? .invalid : .absent
    case HP_NULL.rawValue: return reader.isNullable ? .absent : .invalid
    default: return take(token, reader, rows.columns[reader.column]) ? .value : .invalid
    }
  }

  /// False: it is not as the schema says.
  private func take(_ token: hp_token, _ reader: FieldReader, _ column: Column) -> Bool {
    switch reader.form {
    case .text: return takeText(token, column) != nil
    case .date: return takeText(token, column).map { hp_is_date(start(of: $0), $0.length) } ?? false
    case .integer: return takeInteger(token, reader, column)
    case .decimal: return takeDecimal(token, reader, column)
    case .minorUnits: return takeMinorUnits(token, reader, column)
    case .double: return takeDouble(token, reader, column)
    case .bool:
      if token.kind == HP_TRUE.rawValue { column.setFlag(row) }
      return token.kind == HP_TRUE.rawValue || token.kind == HP_FALSE.rawValue
    case .time: return rows.store.span(ofString: token, text).map { hp_time(start(of: $0), $0.length, column.numbers + row) } ?? false
    case .list: return takeTree(token, HP_ARRAY, column)
    case .object: return takeTree(token, HP_OBJECT, column)
    }
  }

  /// The text of a span, with readable bytes behind it.
  private func start(of span: TextSpan) -> UnsafePointer<UInt8> { (span.isStored ? rows.store.base : text) + span.start }

  private func digits(_ span: TextSpan) -> ExactDecimal? {
    ExactDecimal(digits: UnsafeBufferPointer(start: start(of: span), count: span.length))
  }

  private func takeText(_ token: hp_token, _ column: Column) -> TextSpan? {
    guard let span = rows.store.span(ofString: token, text) else { return nil }
    column.spans[row] = span.bits
    if let names = column.names {
      column.symbols[row] = UInt16(truncatingIfNeeded: hp_find(names, start(of: span), span.length) + 1)
    }
    return span
  }

  private func takeInteger(_ token: hp_token, _ reader: FieldReader, _ column: Column) -> Bool {
    guard token.kind == HP_NUMBER.rawValue, let integer = digits(TextSpan(token))?.integer else { return false }
    column.numbers[row] = integer
    guard case .integers(let minimum, let maximum) = reader.bounds else { return true }
    return integer >= minimum && integer <= maximum
  }

  private func takeDecimal(_ token: hp_token, _ reader: FieldReader, _ column: Column) -> Bool {
    guard let span = token.kind == HP_NUMBER.rawValue ? TextSpan(token) : rows.store.span(ofString: token, text),
      let decimal = digits(span)
    else { return false }
    column.spans[row] = span.bits
    column.symbols[row] = 0
    return takeExact(decimal, reader, column)
  }

  private func takeExact(_ exact: ExactDecimal, _ reader: FieldReader, _ column: Column) -> Bool {
    if case .decimal(let minimum) = reader.bounds, exact < minimum { return false }
    if let scaled = exact.multiple(ofScale: rows.decimalScale) { column.numbers[row] = scaled } else { column.setFlag(row) }
    return true
  }

  private func takeMinorUnits(_ token: hp_token, _ reader: FieldReader, _ column: Column) -> Bool {
    guard token.kind == HP_NUMBER.rawValue, let digits = minorDigits(reader), let integer = self.digits(TextSpan(token))?.integer
    else { return false }
    column.spans[row] = TextSpan(token).bits
    column.symbols[row] = UInt16(digits + 1)
    return takeExact(ExactDecimal(coefficient: Int128(integer), scale: Int16(digits)), reader, column)
  }

  private func minorDigits(_ reader: FieldReader) -> Int? {
    switch reader.currency {
    case .none: return nil
    case .digits(let digits): return digits
    case .node(let node):
      guard let span = rows.store.span(ofString: tokens[node], text) else { return nil }
      return Currency.minorDigits(of: String(decoding: UnsafeBufferPointer(start: start(of: span), count: span.length), as: UTF8.self))
    }
  }

  private func takeDouble(_ token: hp_token, _ reader: FieldReader, _ column: Column) -> Bool {
    guard token.kind == HP_NUMBER.rawValue else { return false }
    let digits = UnsafeBufferPointer(start: text + Int(token.start), count: Int(token.length))
    guard let number = Double(String(decoding: digits, as: UTF8.self)), number.isFinite else { return false }
    column.doubles[row] = number
    guard case .doubles(let minimum, let maximum) = reader.bounds else { return true }
    return number >= minimum && number <= maximum
  }

  private func takeTree(_ token: hp_token, _ wanted: hp_kind, _ column: Column) -> Bool {
    column.spans[row] = TextSpan(token).bits
    return token.kind == wanted.rawValue
  }
}
