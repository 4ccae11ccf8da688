extension ByteSlice {
  static let keys = ["encoding", "bit", "bits", "byte", "bytes", "type", "order"]
  static let encodings: [(word: String, encoding: Encoding)] = [
    ("hex", .hexadecimal), ("base64", .base64), ("raw", .raw),
  ]
  static let orders = ["big", "little"]

  /// Last byte, and last bit, that may be named.
  public static let lastPlace = 65_535

  private static let example = "Write {encoding: hex, bit: 0, bits: 14, type: signed} or {byte: 2, bytes: 2}"

  /// Reads `{encoding, bit, bits, type}` or `{encoding, byte, bytes, type, order}`.
  static func read(_ node: DocumentNode) -> ByteSlice? {
    node.allowKeys(keys)
    guard node.isMapping else { return nil }
    let encoding = node.required("encoding", example)?.choice(encodings.map(\.word))
      .flatMap { word in encodings.first { $0.word == word }?.encoding }
    let number = node["type"].map { $0.choice(Number.allCases.map(\.rawValue)).flatMap(Number.init(rawValue:)) }
    let place = readPlace(node)
    let isLittleEndian = node["order"]?.choice(orders) == "little"
    guard let encoding, let place, let number = number ?? .unsigned else { return nil }
    switch place {
    case .bits(_, let length):
      node["order"]?.fault("bits have no byte order", "Leave order out, or write byte and bytes")
      checkFloat(node, number, bits: length)
    case .bytes(_, let count): checkFloat(node, number, bits: 8 * count)
    }
    return ByteSlice(encoding: encoding, place: place, number: number, isLittleEndian: isLittleEndian)
  }

  private static func readPlace(_ node: DocumentNode) -> Place? {
    let hasBits = node["bit"] != nil || node["bits"] != nil
    let hasBytes = node["byte"] != nil || node["bytes"] != nil
    guard hasBits != hasBytes else {
      node.fault(
        hasBits ? "both bits and bytes are named" : "neither bits nor bytes are named",
        "\(example): bit 0 is the lowest of the last byte, byte 0 is the first")
      return nil
    }
    if hasBits {
      let offset = node.required("bit", example)?.integer(in: 0...lastPlace, "Write the lowest bit, from 0")
      let length = node.required("bits", example)?.integer(in: 1...64, "Write how many bits, 1 to 64")
      guard let offset, let length else { return nil }
      return .bits(offset: offset, length: length)
    }
    let first = node.required("byte", example)?.integer(in: 0...lastPlace, "Write the first byte, from 0")
    let count = node.required("bytes", example)?.integer(in: 1...8, "Write how many bytes, 1 to 8")
    guard let first, let count else { return nil }
    return .bytes(at: first, count: count)
  }

  private static func checkFloat(_ node: DocumentNode, _ number: Number, bits: Int) {
    guard number == .float, ![16, 32, 64].contains(bits) else { return }
    node["type"]?.fault(
      "a float has 16, 32 or 64 bits, not \(bits)", "Correct the size, or write type: unsigned or signed")
  }
}
