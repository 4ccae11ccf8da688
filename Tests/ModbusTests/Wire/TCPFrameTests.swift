import Devices
import Testing

@testable import Modbus

@Suite struct TCPFrameTests {
  /// The example of a read of registers 108 to 110 (Modbus Application Protocol V1.1b3, 6.3), behind an MBAP header.
  @Test func theExampleOfTheSpecificationIsEncoded() {
    let request = ReadRequest(table: .holding, address: 0x6B, count: 3)
    let frame = TCPFrame(transaction: 0x1234, unit: 0xFF, pdu: request.pdu)
    #expect(frame.bytes == [0x12, 0x34, 0, 0, 0, 6, 0xFF, 3, 0, 0x6B, 0, 3])
    #expect(request.replyByteCount == 6)
    #expect(ReadRequest(table: .coil, address: 0x13, count: 0x13).replyByteCount == 3)
  }

  @Test func framesSurviveAnyCutting() throws {
    var generator = SeededGenerator(seed: 1)
    for _ in 0..<300 {
      let frames = (0..<Int.random(in: 1...5, using: &generator)).map { _ in
        TCPFrame(
          transaction: .random(in: .min ... .max, using: &generator),
          unit: .random(in: .min ... .max, using: &generator),
          pdu: generator.bytes(Int.random(in: 1...253, using: &generator)))
      }
      var bytes = frames.flatMap(\.bytes)[...]
      var decoder = TCPFrameDecoder()
      var found: [TCPFrame] = []
      while !bytes.isEmpty {
        let piece = bytes.prefix(Int.random(in: 1...40, using: &generator))
        bytes = bytes.dropFirst(piece.count)
        decoder.append(piece)
        while let frame = try decoder.next() { found.append(frame) }
        #expect(decoder.pendingBytes < 260)
      }
      #expect(found == frames)
      #expect(decoder.pendingBytes == 0)
    }
  }

  @Test(
    arguments: [
      ([0, 1, 0, 7, 0, 3, 1, 3, 0], FrameFault.protocolID(7)), ([0, 1, 0, 0, 0, 0], .length(0)),
      ([0, 1, 0, 0, 0, 1, 9], .length(1)), ([0, 1, 0, 0, 0, 255], .length(255)), ([0, 1, 0, 0, 1, 44], .length(300)),
    ] as [([UInt8], FrameFault)])
  func whatCannotBeAFrameIsRefused(bytes: [UInt8], fault: FrameFault) {
    var decoder = TCPFrameDecoder()
    decoder.append(bytes)
    #expect(throws: fault) { _ = try decoder.next() }
  }

  /// 100,000 inputs, half of them near a right reply: never a trap, and a value only for exactly the right reply.
  @Test func randomBytesNeverBecomeAValue() {
    var generator = SeededGenerator(seed: 77)
    let request = ReadRequest(table: .holding, address: 0, count: 2)
    let right = TCPFrame(transaction: 0x0102, unit: 1, pdu: [3, 4, 1, 2, 3, 4]).bytes
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
      var decoder = TCPFrameDecoder()
      decoder.append(input)
      // A fault closes the connection; here it only ends the input.
      while let frame = try? decoder.next() {
        guard frame.transaction == 0x0102 else { continue }
        let verdict = ReplyMatcher.verdict(unit: frame.unit, pdu: frame.pdu, request: request, requestedUnit: 1)
        guard case .data(let data) = verdict else { continue }
        accepted += 1
        if Array(input[0..<9]) != Array(right[0..<9]) || data.count != 4 { Issue.record("accepted \(input)") }
      }
    }
    #expect(accepted > 0)
  }
}
