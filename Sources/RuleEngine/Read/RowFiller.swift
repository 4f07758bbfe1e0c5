internal import CHotPath
internal import EventModel

/// Puts the fields of one record into the row after the last of its stream's rows.
struct RowFiller {
  let rows: StreamRows
  let row: Int
  /// The record's bytes, padded; the same offsets as in the record itself.
  let text: UnsafePointer<UInt8>
  let tokens: UnsafePointer<hp_token>
  let store: TextStore

  /// Takes a field as its schema has it.
  @inline(__always) func fill(_ reader: borrowing FieldReader) {
    let column = rows.columns[Int(reader.column)]
    if !reader.steps.isEmpty {
      switch presence(onTheWayOf: reader) {
      case .absent: return
      case .invalid: return setInvalid(reader.column)
      case .present: break
      }
    }
    let token = tokens[Int(reader.node)]
    if token.kind <= HP_NULL.rawValue {
      let isRight = token.kind == HP_NULL.rawValue ? reader.isNullable : !reader.isRequired
      if !isRight { setInvalid(reader.column) }
      return
    }
    if convert(token, reader, column) { column.setPresent(row) } else { setInvalid(reader.column) }
  }

  private func setInvalid(_ column: Int32) {
    rows.columns[Int(column)].setInvalid(row)
    rows.countInvalid(column)
  }

  private enum Presence { case present, absent, invalid }

  private func presence(onTheWayOf reader: borrowing FieldReader) -> Presence {
    for step in reader.steps {
      switch tokens[Int(step.node)].kind {
      case HP_OBJECT.rawValue: continue
      case HP_ABSENT.rawValue: return step.isRequired ? .invalid : .absent
      case HP_NULL.rawValue: return step.isNullable ? .absent : .invalid
      default: return .invalid
      }
    }
    return .present
  }

  /// False: it is not as the schema says.
  @inline(__always) private func convert(_ token: hp_token, _ reader: borrowing FieldReader, _ column: Column) -> Bool {
    switch reader.form {
    case .text: return takeText(token, reader, column) != nil
    case .date:
      guard let span = takeText(token, reader, column) else { return false }
      return hp_is_date(start(of: span), span.length)
    case .integer: return takeInteger(token, reader, column)
    case .decimal: return takeDecimal(token, reader, column)
    case .minorUnits: return takeMinorUnits(token, reader, column)
    case .double: return takeDouble(token, reader, column)
    case .bool:
      if token.kind == HP_TRUE.rawValue { column.setFlag(row) }
      return token.kind == HP_TRUE.rawValue || token.kind == HP_FALSE.rawValue
    case .time:
      guard let span = span(ofString: token) else { return false }
      return hp_time(start(of: span), span.length, column.numbers + row)
    case .list: return takeTree(token, HP_ARRAY, column)
    case .object: return takeTree(token, HP_OBJECT, column)
    }
  }

  /// Where the text of a string is, written out if it has escapes; nil: the value is no string.
  @inline(__always) func span(ofString token: hp_token) -> TextSpan? {
    if token.kind == HP_STRING.rawValue { return TextSpan(start: Int(token.start), length: Int(token.length)) }
    if token.kind == HP_ESCAPED_STRING.rawValue { return store.unescape(text + Int(token.start), length: Int(token.length)) }
    return nil
  }

  /// The text of a span, with readable bytes behind it.
  @inline(__always) func start(of span: TextSpan) -> UnsafePointer<UInt8> { (span.isStored ? store.base : text) + span.start }

  @inline(__always) private func takeText(_ token: hp_token, _ reader: borrowing FieldReader, _ column: Column) -> TextSpan? {
    guard let span = span(ofString: token) else { return nil }
    column.spans[row] = span
    if let names = rows.names[Int(reader.column)] {
      column.symbols[row] = UInt16(truncatingIfNeeded: hp_find(names.table, start(of: span), span.length) + 1)
    }
    if reader.isListed { rows.countUnlisted(reader.column, kind: reader.kind, symbol: column.symbols[row]) }
    return span
  }

  private func takeInteger(_ token: hp_token, _ reader: borrowing FieldReader, _ column: Column) -> Bool {
    guard token.kind == HP_NUMBER.rawValue else { return false }
    let digits = text + Int(token.start)
    switch hp_fixed(digits, Int(token.length), 0, column.numbers + row) {
    case HP_FITS: break
    case HP_WIDE:
      guard let integer = ExactDecimal(digits: UnsafeBufferPointer(start: digits, count: Int(token.length)))?.integer else { return false }
      column.numbers[row] = integer
    default: return false
    }
    guard case .integers(let minimum, let maximum) = reader.bounds else { return true }
    return column.numbers[row] >= minimum && column.numbers[row] <= maximum
  }

  private func takeDecimal(_ token: hp_token, _ reader: borrowing FieldReader, _ column: Column) -> Bool {
    let span: TextSpan
    if token.kind == HP_NUMBER.rawValue {
      span = TextSpan(start: Int(token.start), length: Int(token.length))
    } else {
      guard let string = self.span(ofString: token) else { return false }
      span = string
    }
    column.spans[row] = span
    column.symbols[row] = 0
    switch hp_fixed(start(of: span), span.length, Int32(rows.decimalScale), column.numbers + row) {
    case HP_FITS:
      guard case .decimal(let minimum, let scaled) = reader.bounds else { return true }
      if let scaled { return column.numbers[row] >= scaled }
      return ExactDecimal(digits: UnsafeBufferPointer(start: start(of: span), count: span.length)).map { $0 >= minimum } ?? false
    case HP_WIDE:
      guard let exact = ExactDecimal(digits: UnsafeBufferPointer(start: start(of: span), count: span.length)) else { return false }
      return takeExact(exact, reader, column)
    default:
      return false
    }
  }

  private func takeExact(_ exact: ExactDecimal, _ reader: borrowing FieldReader, _ column: Column) -> Bool {
    if case .decimal(let minimum, _) = reader.bounds, exact < minimum { return false }
    if let scaled = exact.multiple(ofScale: rows.decimalScale) { column.numbers[row] = scaled } else { column.setFlag(row) }
    return true
  }

  private func takeMinorUnits(_ token: hp_token, _ reader: borrowing FieldReader, _ column: Column) -> Bool {
    guard token.kind == HP_NUMBER.rawValue, let digits = minorDigits(reader) else { return false }
    let number = UnsafeBufferPointer(start: text + Int(token.start), count: Int(token.length))
    guard let integer = ExactDecimal(digits: number)?.integer else { return false }
    column.spans[row] = TextSpan(start: Int(token.start), length: Int(token.length))
    column.symbols[row] = UInt16(digits + 1)
    return takeExact(ExactDecimal(coefficient: Int128(integer), scale: Int16(digits)), reader, column)
  }

  private func minorDigits(_ reader: borrowing FieldReader) -> Int? {
    switch reader.currency {
    case .none: return nil
    case .digits(let digits): return digits
    case .node(let node):
      guard let span = span(ofString: tokens[Int(node)]) else { return nil }
      return MinorUnits.digits(of: String(decoding: UnsafeBufferPointer(start: start(of: span), count: span.length), as: UTF8.self))
    }
  }

  private func takeDouble(_ token: hp_token, _ reader: borrowing FieldReader, _ column: Column) -> Bool {
    guard token.kind == HP_NUMBER.rawValue else { return false }
    let digits = UnsafeBufferPointer(start: text + Int(token.start), count: Int(token.length))
    var number = 0.0
    if hp_double(digits.baseAddress, digits.count, &number) != HP_FITS {
      guard let slow = Double(String(decoding: digits, as: UTF8.self)), slow.isFinite else { return false }
      number = slow
    }
    column.numbers[row] = Int64(bitPattern: number.bitPattern)
    guard case .doubles(let minimum, let maximum) = reader.bounds else { return true }
    return number >= minimum && number <= maximum
  }

  private func takeTree(_ token: hp_token, _ wanted: hp_kind, _ column: Column) -> Bool {
    column.spans[row] = TextSpan(start: Int(token.start), length: Int(token.length))
    return token.kind == wanted.rawValue
  }
}
