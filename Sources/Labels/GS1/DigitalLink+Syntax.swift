extension DigitalLink {
  /// Where a percent escape is broken.
  struct BrokenEscape: Error { var index: Int }

  /// Start of the host where the bytes begin with http:// or https://, both in one case.
  static func authorityStart(_ raw: ArraySlice<UInt8>) -> Int? {
    for scheme: StaticString in ["https://", "HTTPS://", "http://", "HTTP://"]
    where scheme.withUTF8Buffer({ raw.starts(with: $0) }) {
      return raw.startIndex + scheme.utf8CodeUnitCount
    }
    return nil
  }

  /// The stretches between the slashes of a path.
  static func segments(_ raw: ArraySlice<UInt8>, _ start: Int, _ end: Int) -> [Range<Int>] {
    guard start < end else { return [] }
    var segments: [Range<Int>] = []
    var from = start + 1
    for index in from..<max(from, end) where raw[index] == UInt8(ascii: "/") {
      segments.append(from..<index)
      from = index + 1
    }
    segments.append(from..<end)
    return segments
  }

  /// Characters of a URI, the percent sign included (RFC 3986, section 2).
  static func isAddressCharacter(_ byte: UInt8) -> Bool {
    let (low, high): (UInt64, UInt64) = (0xAFFF_FFFA_0000_0000, 0x47FF_FFFE_AFFF_FFFF)
    return byte < 128 && ((byte < 64 ? low : high) >> UInt64(byte & 63)) & 1 == 1
  }

  /// Characters of a URI that stand in no host or port.
  static func isNoHostCharacter(_ byte: UInt8) -> Bool {
    "_~?#@!$&'()*+,;=%".utf8.contains(byte)
  }

  /// The value behind the percent escapes. `+` is a space in a query only.
  static func decoded(_ value: ArraySlice<UInt8>, plusIsSpace: Bool) -> Result<[UInt8], BrokenEscape> {
    var decoded: [UInt8] = []
    decoded.reserveCapacity(value.count)
    var index = value.startIndex
    while index < value.endIndex {
      let byte = value[index]
      if byte == UInt8(ascii: "%") {
        guard index + 2 < value.endIndex, let high = hexValue(value[index + 1]), let low = hexValue(value[index + 2])
        else { return .failure(BrokenEscape(index: index)) }
        decoded.append(high << 4 | low)
        index += 3
      } else {
        decoded.append(plusIsSpace && byte == UInt8(ascii: "+") ? 0x20 : byte)
        index += 1
      }
    }
    return .success(decoded)
  }
}
