import Devices
import Testing

@testable import Modbus

@Suite struct TCPFrameTests {
  /// The example of a read of registers 108 to 110 (Modbus Application Protocol V1.1b3, 6.3), behind an MBAP header.
  @Test func theExampleOfTheSpecificationIsEncoded() {
    let request = ReadRequest(table: .holding, address: 0x6B, count: 3)
    var bytes: [UInt8] = []
    TCPFrame.append(transaction: 0x1234, unit: 0xFF, request: .read(request), to: &bytes)
    #expect(bytes == [0x12, 0x34, 0, 0, 0, 6, 0xFF, 3, 0, 0x6B, 0, 3])
    #expect(request.replyByteCount == 6)
    #expect(ReadRequest(table: .coil, address: 0x13, count: 0x13).replyByteCount == 3)
  }

  @Test func framesAreFoundOneBehindTheOther() throws {
    var generator = SeededGenerator(seed: 1)
    for _ in 0..<300 {
      let frames = (0..<Int.random(in: 1...5, using: &generator)).map { _ in
        FrameBytes(
          transaction: .random(in: .min ... .max, using: &generator),
          unit: .random(in: .min ... .max, using: &generator),
          pdu: generator.bytes(Int.random(in: 1...253, using: &generator)))
      }
      let bytes = frames.flatMap(\.bytes)
      let cut = Int.random(in: 0...bytes.count, using: &generator)
      #expect(try FrameBytes.all(in: bytes) == frames)
      // What is cut off leaves the whole frames before it.
      let whole = try FrameBytes.all(in: Array(bytes.prefix(cut)))
      #expect(whole == Array(frames.prefix(whole.count)))
      #expect(cut - whole.flatMap(\.bytes).count < 260)
    }
  }

  @Test(
    arguments: [
      ([0, 1, 0, 7, 0, 3, 1, 3, 0], FrameFault.protocolID(7)), ([0, 1, 0, 0, 0, 0], .length(0)),
      ([0, 1, 0, 0, 0, 1, 9], .length(1)), ([0, 1, 0, 0, 0, 255], .length(255)), ([0, 1, 0, 0, 1, 44], .length(300)),
    ] as [([UInt8], FrameFault)])
  func whatCannotBeAFrameIsRefused(bytes: [UInt8], fault: FrameFault) {
    #expect(throws: fault) { _ = try FrameBytes.all(in: bytes) }
  }

  /// 100,000 inputs, half of them near a right reply: never a trap, and a value only for exactly the right reply.
  @Test func randomBytesNeverBecomeAValue() {
    var generator = SeededGenerator(seed: 77)
    let request = LinkRequest.read(ReadRequest(table: .holding, address: 0, count: 2))
    let right = FrameBytes(transaction: 0x0102, unit: 1, pdu: [3, 4, 1, 2, 3, 4]).bytes
    var accepted = 0
    for round in 0..<100_000 {
      var input: [UInt8]
      if round % 2 == 0 {
        input = right
        for _ in 0..<Int.random(in: 0...3, using: &generator) {
          input[Int.random(in: 0..<9, using: &generator)] = UInt8.random(in: 0...5, using: &generator)
        }
      } else {
        input = generator.bytes(Int.random(in: 0...16, using: &generator))
      }
      // A fault closes the connection; here it only ends the input.
      guard let frames = try? FrameBytes.all(in: input) else { continue }
      for frame in frames where frame.transaction == 0x0102 {
        guard case .data(let data) = TestVerdict(frame.unit, frame.pdu, request, 1) else { continue }
        accepted += 1
        if Array(input[0..<9]) != Array(right[0..<9]) || data.count != 4 { Issue.record("accepted \(input)") }
      }
    }
    #expect(accepted > 0)
  }
}
