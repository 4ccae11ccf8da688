import Testing

@testable import Scanners

@Suite struct DescriptorTests {
  /// A keyboard (interface 0) and HID beside it (interface 1), each with one interrupt IN endpoint.
  private let composite: [UInt8] =
    [18, 1, 0, 2, 0, 0, 0, 8, 0xE0, 5, 0, 0x12, 0, 1, 0, 0, 3, 1]
    + [9, 2, 59, 0, 2, 1, 0, 0x80, 50]
    + [9, 4, 0, 0, 1, 3, 1, 1, 0] + [9, 0x21, 0x11, 1, 0, 1, 0x22, 63, 0] + [7, 5, 0x81, 3, 8, 0, 10]
    + [9, 4, 1, 0, 2, 3, 0, 0, 0] + [9, 0x21, 0x11, 1, 0, 1, 0x22, 0x2C, 1] + [7, 5, 0x02, 3, 64, 0, 1]
    + [7, 5, 0x84, 3, 64, 0, 1]

  @Test func interfacesAreReadFromTheKernelsBytes() {
    let interfaces = USBInterface.all(inDescriptors: composite)
    #expect(interfaces.map(\.number) == [0, 1])
    #expect(interfaces.map(\.isBootKeyboard) == [true, false])
    #expect(interfaces.map { $0.interruptIn?.address } == [0x81, 0x84])
    #expect(interfaces.map { $0.interruptIn?.packetBytes } == [8, 64])
    #expect(interfaces.map(\.reportDescriptorBytes) == [63, 300])
  }

  @Test func cutDescriptorsGiveWhatIsWhole() {
    for count in 0..<composite.count {
      let interfaces = USBInterface.all(inDescriptors: Array(composite[..<count]))
      #expect(interfaces.count == (count >= 61 ? 2 : count >= 36 ? 1 : 0))
    }
    #expect(USBInterface.all(inDescriptors: [0, 0, 0]).isEmpty)
  }

  @Test func otherSettingsAndConfigurationsAreLeftOut() {
    let second: [UInt8] = [9, 4, 0, 1, 1, 3, 0, 0, 0, 7, 5, 0x83, 3, 64, 0, 1]
    let configuration: [UInt8] = [9, 2, 34, 0, 1, 2, 0, 0x80, 50, 9, 4, 5, 0, 0, 8, 6, 80, 0]
    let interfaces = USBInterface.all(inDescriptors: composite + second + configuration)
    #expect(interfaces.map(\.number) == [0, 1])
    #expect(interfaces[1].interruptIn?.address == 0x84)
  }

  struct Report: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var bytes: [UInt8]
    var isPointOfSale: Bool
  }

  static let reports = [
    Report(
      testDescription: "bar code scanner", bytes: [0x05, 0x8C, 0x09, 0x02, 0xA1, 0x01, 0xC0], isPointOfSale: true),
    Report(
      testDescription: "usage with its page in four bytes", bytes: [0x0B, 0x02, 0x00, 0x8C, 0x00, 0xA1, 0x01, 0xC0],
      isPointOfSale: true),
    Report(
      testDescription: "page in two bytes, after a keyboard",
      bytes: [0x05, 0x01, 0x09, 0x06, 0xA1, 0x01, 0xC0, 0x06, 0x8C, 0x00, 0x09, 0x02, 0xA1, 0x01, 0xC0],
      isPointOfSale: true),
    Report(
      testDescription: "page saved and restored",
      bytes: [0x05, 0x8C, 0xA4, 0x05, 0x01, 0xB4, 0x09, 0x02, 0xA1, 0x01, 0xC0], isPointOfSale: true),
    Report(
      testDescription: "settings channel of a keyboard", bytes: [0x05, 0x8C, 0x09, 0x01, 0xA1, 0x01, 0xC0],
      isPointOfSale: false),
    Report(
      testDescription: "keyboard", bytes: [0x05, 0x01, 0x09, 0x06, 0xA1, 0x01, 0x05, 0x07, 0xC0], isPointOfSale: false),
    Report(
      testDescription: "usage 2 of page 0x8C inside a keyboard",
      bytes: [0x05, 0x01, 0x09, 0x06, 0xA1, 0x01, 0x05, 0x8C, 0x09, 0x02, 0xA1, 0x02, 0xC0, 0xC0], isPointOfSale: false),
    Report(
      testDescription: "usage used up by an input", bytes: [0x05, 0x8C, 0x09, 0x02, 0x81, 0x02, 0xA1, 0x01, 0xC0],
      isPointOfSale: false),
    Report(testDescription: "nothing", bytes: [], isPointOfSale: false),
    Report(testDescription: "cut", bytes: [0x05, 0x8C, 0x09, 0x02, 0xA1], isPointOfSale: false),
    Report(
      testDescription: "long item", bytes: [0xFE, 2, 9, 1, 1, 0x05, 0x8C, 0x09, 0x02, 0xA1, 0x01], isPointOfSale: true),
    Report(testDescription: "long item that is cut", bytes: [0x05, 0x8C, 0xFE], isPointOfSale: false),
  ]

  @Test(arguments: reports) func whatAReportDescriptorIsFor(report: Report) {
    #expect(HIDReportDescriptor(report.bytes).isPointOfSaleScanner == report.isPointOfSale)
  }

  @Test func anyBytesAreReadToTheirEnd() {
    var generator = SystemRandomNumberGenerator()
    for _ in 0..<2_000 {
      let bytes = (0..<Int.random(in: 0...80, using: &generator)).map { _ in
        UInt8.random(in: 0...255, using: &generator)
      }
      _ = HIDReportDescriptor(bytes).applications
      _ = USBInterface.all(inDescriptors: bytes)
    }
  }
}
