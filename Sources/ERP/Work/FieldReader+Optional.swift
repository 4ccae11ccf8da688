import Shopfloor

/// Fields that may be absent or null.
extension FieldReader {
  func optionalName<Kind>(_ key: String) throws(FieldFault) -> Identifier<Kind>? {
    isAbsent(key) ? nil : try name(key)
  }

  func optionalWords(_ key: String, maximumBytes: Int) throws(FieldFault) -> String? {
    isAbsent(key) ? nil : try words(key, maximumBytes: maximumBytes)
  }

  /// Empty where the field is absent.
  func optionalNames<Kind>(_ key: String, maximum: Int) throws(FieldFault) -> [Identifier<Kind>] {
    isAbsent(key) ? [] : try names(key, maximum: maximum)
  }

  /// Nil where the field is absent.
  func optionalPercent(_ key: String, upTo highest: Double) throws(FieldFault) -> Double? {
    guard !isAbsent(key) else { return nil }
    let found = try number(key, above: -1)
    guard found >= 0, found <= highest else {
      throw FieldFault(field: path + key, why: "\(found) is not between 0 and \(highest)")
    }
    return found
  }

  /// Whole days from 0; nil where the field is absent.
  func optionalDays(_ key: String) throws(FieldFault) -> Int? {
    guard !isAbsent(key) else { return nil }
    let found = try number(key, above: -1)
    guard found >= 0, found <= Double(maximumDays), found == found.rounded() else {
      throw FieldFault(field: path + key, why: "\(found) is not a whole number of days from 0 to \(maximumDays)")
    }
    return Int(found)
  }

  func flag(_ key: String, absent: Bool) throws(FieldFault) -> Bool {
    switch value[key] {
    case nil, .null?: return absent
    case .flag(let flag)?: return flag
    case let other?: throw FieldFault(field: path + key, why: "this is \(other.kindName), not true or false")
    }
  }

  /// Nil where the field is absent.
  func optionalFlag(_ key: String) throws(FieldFault) -> Bool? {
    isAbsent(key) ? nil : try flag(key, absent: false)
  }

  func isAbsent(_ key: String) -> Bool { value[key] == nil || value[key] == .null }
}

/// Longest time in days that a field of the interface may name: a century.
let maximumDays = 36_525
