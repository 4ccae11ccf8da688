/// What a HID report descriptor says an interface is for: the usages of its application collections (HID 1.11, section
/// 6.2.2). Nothing else of the descriptor is needed here.
struct HIDReportDescriptor: Hashable, Sendable {
  struct Usage: Hashable, Sendable {
    var page: UInt16
    var identifier: UInt16
  }

  /// Longest report descriptor that is read, in bytes.
  static let maximumBytes = 4096
  /// Deepest stack of saved global items that is followed.
  static let maximumSavedPages = 16

  private(set) var applications: [Usage] = []

  /// Reads as far as the bytes are well formed.
  init(_ bytes: [UInt8]) {
    var page: UInt16 = 0
    var savedPages: [UInt16] = []
    var usages: [Usage] = []
    var index = 0
    while index < bytes.count {
      let prefix = bytes[index]
      // A long item (section 6.2.2.3): one byte of length, one of tag, then its data.
      if prefix == 0xFE {
        guard index + 2 < bytes.count else { return }
        index += 3 + Int(bytes[index + 1])
        continue
      }
      let length = [0, 1, 2, 4][Int(prefix & 0x03)]
      guard index + length < bytes.count else { return }
      let value = (0..<length).reduce(UInt32(0)) { $0 | UInt32(bytes[index + 1 + $1]) << UInt32(8 * $1) }
      index += 1 + length
      switch prefix & 0xFC {
      case 0x04: page = UInt16(truncatingIfNeeded: value)
      case 0xA4 where savedPages.count < Self.maximumSavedPages: savedPages.append(page)
      case 0xB4: page = savedPages.popLast() ?? page
      case 0x08:
        usages.append(
          Usage(page: length == 4 ? UInt16(value >> 16) : page, identifier: UInt16(truncatingIfNeeded: value)))
      case 0xA0:
        if value == 1, let usage = usages.first { applications.append(usage) }
        usages = []
      // Every other main item uses up the local ones.
      case 0x80, 0x90, 0xB0, 0xC0: usages = []
      default: break
      }
    }
  }

  /// A scanner that sends whole labels: page 0x8C, usage 2, "Bar Code Scanner" (HID Point of Sale Usage Tables 1.02,
  /// section 4). The page alone proves nothing: keyboards use its usage 1 as a channel for their settings.
  var isPointOfSaleScanner: Bool { applications.contains(Usage(page: 0x8C, identifier: 0x02)) }

  /// Only usages of a vendor's own (pages 0xFF00 and above): IBM OEM and other protocols that must be asked to send.
  var isVendorDefined: Bool { !applications.isEmpty && applications.allSatisfy { $0.page >= 0xFF00 } }
}
