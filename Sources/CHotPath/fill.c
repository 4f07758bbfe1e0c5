#include "include/chotpath.h"

static inline void set(uint64_t *mask, size_t row) { mask[row >> 6] |= (uint64_t)1 << (row & 63); }

/// False: it is left to the caller.
static inline bool take(const hp_field *field, hp_token token, const uint8_t *text, const hp_column *column, size_t row, int scale) {
  const uint8_t *value = text + token.start;
  switch (field->take) {
  case HP_TAKE_TEXT:
    if (token.kind != HP_STRING) return false;
    if (column->names != NULL) {
      uint16_t symbol = (uint16_t)(hp_find(column->names, value, token.length) + 1);
      column->symbols[row] = symbol;
      if (field->listed != ~(uint64_t)0 && (symbol >= 64 || (field->listed >> symbol & 1) == 0)) return false;
    }
    break;
  case HP_TAKE_INTEGER:
    if (token.kind != HP_NUMBER || hp_fixed(value, token.length, 0, &column->numbers[row]) != HP_FITS) return false;
    return column->numbers[row] >= field->minimum && column->numbers[row] <= field->maximum;
  case HP_TAKE_DECIMAL:
    if (token.kind != HP_NUMBER && token.kind != HP_STRING) return false;
    if (hp_fixed(value, token.length, scale, &column->numbers[row]) != HP_FITS) return false;
    column->symbols[row] = 0;
    if (column->numbers[row] < field->minimum) return false;
    break;
  case HP_TAKE_DOUBLE:
    return token.kind == HP_NUMBER && hp_double(value, token.length, &column->doubles[row]) == HP_FITS;
  case HP_TAKE_BOOL:
    if (token.kind == HP_TRUE) set(column->flags, row);
    return token.kind == HP_TRUE || token.kind == HP_FALSE;
  case HP_TAKE_TIME:
    return token.kind == HP_STRING && hp_time(value, token.length, &column->numbers[row]);
  default:
    return false;
  }
  column->spans[row] = (uint64_t)token.start << 32 | (uint64_t)token.length << 1;
  return true;
}

size_t hp_fill(
  const hp_field *fields, size_t count, const hp_token *tokens, const uint8_t *text, const hp_column *columns, size_t row, int scale,
  uint16_t *left) {
  size_t rest = 0;
  for (size_t i = 0; i < count; i++) {
    const hp_field *field = fields + i;
    hp_token token = tokens[field->node];
    const hp_column *column = columns + field->column;
    if (token.kind == HP_ABSENT ? field->may_lack : token.kind == HP_NULL && field->may_be_null) continue;
    if (take(field, token, text, column, row, scale)) {
      set(column->present, row);
    } else {
      left[rest++] = (uint16_t)i;
    }
  }
  return rest;
}
