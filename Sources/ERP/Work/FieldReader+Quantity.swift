import Shopfloor

extension FieldReader {
  /// An exact amount above zero: a number, or decimal text where a number would not be exact. More than six places are
  /// refused, not rounded.
  func quantity(_ key: String) throws(FieldFault) -> Quantity {
    let found: Quantity?
    if let text = value[key]?.text {
      found = Quantity(decimal: text)
      guard found != nil else {
        throw FieldFault(
          field: path + key, why: "\"\(displayable(text, maximumCharacters: 60))\" is no amount of the form 12.5")
      }
    } else {
      let number = try number(key, above: 0)
      found = Quantity(nearest: number).flatMap { $0.doubleValue == number ? $0 : nil }
    }
    guard let found, found.isPositive else {
      throw FieldFault(
        field: path + key, why: "this is no amount above 0 with at most six places and twelve digits before the point")
    }
    return found
  }

  /// Nil where the field is absent.
  func optionalQuantity(_ key: String) throws(FieldFault) -> Quantity? { isAbsent(key) ? nil : try quantity(key) }
}
