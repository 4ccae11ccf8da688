extension ScaleSource {
  static let keys = ["point", "meaning", "codes"]
  static let meanings = ["decimal_places", "exponent", "factor", "codes"]

  /// Reads `{point, meaning, codes}`; whether the point exists is checked when all points are known.
  static func read(_ node: DocumentNode) -> ScaleSource? {
    let example = "Write {point: decimal_point, meaning: decimal_places}"
    node.allowKeys(keys)
    guard node.isMapping else { return nil }
    let point = DeviceProfile.plainText(node.required("point", example), maximumBytes: 64)
    let word = node.required("meaning", "Write one of: \(meanings.joined(separator: ", "))")?.choice(meanings)
    if let word, word != "codes" {
      node["codes"]?.fault("codes belong to \"meaning: codes\"", "Leave codes out, or write meaning: codes")
    }
    guard let point, let word else { return nil }
    switch word {
    case "decimal_places": return ScaleSource(point: point, meaning: .decimalPlaces)
    case "exponent": return ScaleSource(point: point, meaning: .exponent)
    case "factor": return ScaleSource(point: point, meaning: .factor)
    default: return readCodes(node).map { ScaleSource(point: point, meaning: .codes($0)) }
    }
  }

  private static func readCodes(_ node: DocumentNode) -> [Int64: Double]? {
    let remedy = "Write each code with its factor: codes: {0: 1, 1: 0.1}"
    guard let list = node.required("codes", remedy) else { return nil }
    guard list.isMapping, !list.entries.isEmpty, list.entries.count <= maximumMeaningsPerPoint else {
      list.fault("this should be 1 to \(maximumMeaningsPerPoint) codes with factors", remedy)
      return nil
    }
    var codes: [Int64: Double] = [:]
    for (key, value) in list.entries {
      guard let code = wholeNumber(key) else {
        value.fault("\"\(key.prefix(40))\" is not a whole number", remedy)
        continue
      }
      guard let factor = value.number(remedy) else { continue }
      if factor == 0 { value.fault("a factor of 0 makes every value 0", remedy) }
      if codes.updateValue(factor, forKey: code) != nil {
        value.fault("code \(code) stands twice", "Keep one of them")
      }
    }
    return codes
  }
}
