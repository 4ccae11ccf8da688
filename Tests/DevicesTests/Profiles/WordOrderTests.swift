import Devices
import Testing

@Suite struct WordOrderTests {
  /// The bytes A B C D of 0x41424344 as the two registers of each order carry them.
  @Test(
    arguments: [
      (WordOrder.abcd, 0x4142, 0x4344), (.cdab, 0x4344, 0x4142), (.badc, 0x4241, 0x4443), (.dcba, 0x4443, 0x4241),
    ] as [(WordOrder, UInt16, UInt16)])
  func fixedBytesGiveTheValue(order: WordOrder, first: UInt16, second: UInt16) {
    #expect(order.value(first: first, second: second) == 0x4142_4344)
  }
}
