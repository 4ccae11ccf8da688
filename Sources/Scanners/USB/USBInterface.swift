/// One interface of a USB device, as its configuration describes it (USB 2.0, section 9.6.5; HID 1.11, section 6.2.1).
struct USBInterface: Hashable, Sendable {
  /// An interrupt IN endpoint (USB 2.0, section 9.6.6).
  struct Endpoint: Hashable, Sendable {
    var address: UInt8
    /// Bytes of the largest packet.
    var packetBytes: Int

    /// Nil for every other kind of endpoint.
    init?(address: UInt8, attributes: UInt8, maximumPacketSize: UInt16) {
      guard address & 0x80 != 0, attributes & 0x03 == 3 else { return nil }
      self.address = address
      packetBytes = Int(maximumPacketSize & 0x07FF)
    }
  }

  var number: UInt8
  var classCode: UInt8
  var subclassCode: UInt8
  var protocolCode: UInt8
  var interruptIn: Endpoint?
  /// Length of the HID report descriptor; nil where the interface has no HID descriptor.
  var reportDescriptorBytes: Int?

  var isHID: Bool { classCode == 3 }
  /// HID 1.11, sections 4.2 and 4.3: boot interface subclass, keyboard protocol.
  var isBootKeyboard: Bool { isHID && subclassCode == 1 && protocolCode == 1 }
  /// USB CDC 1.2, table 2: communications class or its data class.
  var isCDC: Bool { classCode == 0x02 || classCode == 0x0A }
  /// USB CCID 1.1, section 4.3: a reader of cards.
  var isCCID: Bool { classCode == 0x0B }
}

extension USBInterface {
  /// The first setting of every interface of the first configuration, from the bytes of a device descriptor and its
  /// configurations one after another, as the kernel gives them in sysfs. What is cut short is left out.
  static func all(inDescriptors bytes: [UInt8]) -> [USBInterface] {
    var found: [USBInterface] = []
    var configurations = 0
    var isFirstSetting = false
    var index = 0
    while index + 2 <= bytes.count {
      let length = Int(bytes[index])
      guard length >= 2, index + length <= bytes.count else { break }
      let one = bytes[index..<index + length]
      index += length
      switch bytes[one.startIndex + 1] {
      case 2: configurations += 1
      case 4 where length >= 9:
        isFirstSetting = bytes[one.startIndex + 3] == 0
        if isFirstSetting { found.append(USBInterface(descriptor: Array(one))) }
      case 0x21 where isFirstSetting && !found.isEmpty:
        found[found.count - 1].reportDescriptorBytes = Self.reportDescriptorBytes(inHIDDescriptor: Array(one))
      case 5 where length >= 7 && isFirstSetting && !found.isEmpty && found[found.count - 1].interruptIn == nil:
        let fields = Array(one)
        found[found.count - 1].interruptIn = Endpoint(
          address: fields[2], attributes: fields[3], maximumPacketSize: UInt16(fields[4]) | UInt16(fields[5]) << 8)
      default: break
      }
      if configurations > 1 { break }
    }
    return found
  }

  private init(descriptor: [UInt8]) {
    number = descriptor[2]
    classCode = descriptor[5]
    subclassCode = descriptor[6]
    protocolCode = descriptor[7]
  }

  /// HID 1.11, section 6.2.1: a list of class descriptors, of which type 0x22 is the report descriptor.
  static func reportDescriptorBytes(inHIDDescriptor bytes: [UInt8]) -> Int? {
    guard bytes.count >= 9, bytes[1] == 0x21 else { return nil }
    for entry in 0..<Int(bytes[5]) {
      let start = 6 + 3 * entry
      guard start + 3 <= bytes.count else { return nil }
      if bytes[start] == 0x22 { return Int(bytes[start + 1]) | Int(bytes[start + 2]) << 8 }
    }
    return nil
  }
}
