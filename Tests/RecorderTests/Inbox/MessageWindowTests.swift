import Testing

@testable import Recorder

@Suite("Message window")
struct MessageWindowTests {
  @Test("knows a key again until as many others as it holds came after")
  func bound() {
    var window = MessageWindow()
    let bound = UInt64(MessageWindow.maximumKeys)
    let first = (0..<bound).filter { window.insert($0) }
    #expect(first.count == Int(bound))
    // With one more the oldest makes room; then each that comes back new pushes out the next.
    let keys: [UInt64] = [0, bound - 1, bound, 1, 0, 1, bound]
    let isNew = keys.map { window.insert($0) }
    #expect(isNew == [false, false, true, false, true, true, false])
  }
}
