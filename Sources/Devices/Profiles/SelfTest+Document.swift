/// Most values that are compared on a new connection.
let maximumSelfTestsPerProfile = 32

extension SelfTest {
  static let keys = ["point", "equals"]

  /// Reads `{point, equals}`. A point that has faults of its own is in `names` but not in `points`.
  static func read(_ node: DocumentNode, _ points: [ProfilePoint], names: [String]) -> SelfTest? {
    let example = "Write {point: constant_1234, equals: 0x1234}"
    node.allowKeys(keys)
    guard node.isMapping else { return nil }
    let pointNode = node.required("point", example)
    let equals = node.required("equals", example)
    guard let pointNode, let equals, let name = DeviceProfile.plainText(pointNode, maximumBytes: 64) else { return nil }
    guard names.contains(name) else {
      pointNode.fault("there is no point \"\(name)\"", nearestName(to: name, names))
      return nil
    }
    guard let point = points.first(where: { $0.name == name }) else { return nil }
    if case .text(let layout) = point.type {
      guard let text = DeviceProfile.plainText(equals, maximumBytes: 250) else { return nil }
      let room = layout.characters == .onePerRegister ? layout.registers : 2 * layout.registers
      if text.utf8.count > room {
        equals.fault("the text has \(text.utf8.count) bytes, but \"\(name)\" has room for \(room)", "Correct the text")
      }
      return SelfTest(point: name, expectation: .text(text))
    }
    guard let value = equals.number("Write the number that the manual fixes, after scaling") else { return nil }
    checkAttainable(value, point, equals)
    return SelfTest(point: name, expectation: .number(value))
  }

  /// A number that the point can never show would keep the device from ever being recorded.
  private static func checkAttainable(_ value: Double, _ point: ProfilePoint, _ node: DocumentNode) {
    guard point.scaleSource == nil, let bounds = point.type.rawBounds else { return }
    let raw = (value - point.offset) / point.scale
    let isWhole = point.type.isFloat || abs(raw - raw.rounded()) <= 1e-6 * max(1, abs(raw))
    if !bounds.contains(point.type.isFloat ? raw : raw.rounded()) || !isWhole {
      let low = bounds.lowerBound * point.scale + point.offset
      let high = bounds.upperBound * point.scale + point.offset
      node.fault(
        "\"\(point.name)\" can never be \(shortest(value)): \(point.type.named) with this scale holds "
          + "\(shortest(min(low, high))) to \(shortest(max(low, high))) in steps of \(shortest(abs(point.scale)))",
        "Write the number after scaling, or correct type and scale of the point")
    }
  }
}

/// The name of a list that was probably meant, or all of a short list.
func nearestName(to name: String, _ names: [String]) -> String {
  // As many as a person could have meant; comparing thousands of names for thousands of faults would take minutes.
  if let nearest = names.prefix(300).min(by: { editDistance($0, name) < editDistance($1, name) }),
    editDistance(nearest, name) <= max(2, name.utf8.count / 3)
  {
    return "Write \"\(nearest)\" if you mean that point"
  }
  let shown = names.prefix(12).joined(separator: ", ") + (names.count > 12 ? ", …" : "")
  return "Write the name of a point: \(shown)"
}
