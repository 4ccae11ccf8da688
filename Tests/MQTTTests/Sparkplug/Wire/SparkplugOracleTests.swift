import Foundation
import Harness
import Testing

@testable import MQTT

/// The codec against Google's Protocol Buffers with the definition of another implementation.
@Suite struct SparkplugOracleTests {
  /// What the oracle says to each payload: nil, or its words and what it writes.
  private func oracle(_ payloads: [[UInt8]]) throws -> [(words: String, bytes: [UInt8])?] {
    let folder = try TemporaryFolder("sparkplug-oracle")
    let input = folder.file("payloads.txt")
    try (payloads.map(PayloadWords.hex).joined(separator: "\n") + "\n").write(
      to: input, atomically: true, encoding: .utf8)
    let process = try ChildProcess(
      name: "protobuf", path: try SparkplugPeers.python("python-sparkplug"),
      arguments: [SparkplugPeers.script("protobuf_oracle.py"), input.path], log: folder.file("oracle.log"))
    #expect(try process.waitUntilExit(patienceSeconds: 60) == 0)
    let lines = try process.outputLines()
    #expect(lines.count == payloads.count, "\(lines.suffix(3))")
    return lines.map { line in
      let parts = line.components(separatedBy: " | ")
      return parts.count == 2 ? (words: parts[0], bytes: PayloadWords.bytes(parts[1])) : nil
    }
  }

  @Test func bothWriteTheSameBytesAndReadTheSameValues() throws {
    var random = RandomPayloads(seed: 11)
    let payloads = (0..<2_000).map { _ in random.payload() }
    let answers = try oracle(payloads.map(SparkplugCodec.encode))
    for (payload, answer) in zip(payloads, answers) {
      let answer = try #require(answer)
      #expect(answer.words == PayloadWords.words(payload))
      #expect(try SparkplugCodec.decode(answer.bytes) == payload)
    }
  }

  @Test func damagedBytesAreReadAlikeOrRefused() throws {
    var random = RandomPayloads(seed: 12)
    var damaged: [[UInt8]] = []
    for _ in 0..<6_000 {
      var bytes = SparkplugCodec.encode(random.payload())
      guard !bytes.isEmpty else { continue }
      for _ in 0...Int.random(in: 0...2, using: &random.generator) {
        let place = Int.random(in: 0..<bytes.count, using: &random.generator)
        switch Int.random(in: 0...2, using: &random.generator) {
        case 0: bytes[place] = UInt8(truncatingIfNeeded: random.generator.next())
        case 1: bytes[place] ^= 1 << UInt8.random(in: 0...7, using: &random.generator)
        default: bytes.insert(UInt8(truncatingIfNeeded: random.generator.next()), at: place)
        }
      }
      damaged.append(bytes)
    }
    var agreed = 0
    var refused = 0
    for (bytes, answer) in zip(damaged, try oracle(damaged)) {
      do throws(SparkplugFault) {
        let payload = try SparkplugCodec.decode(bytes)
        // Data sets and the like stay bytes with us: what is wrong inside them is not ours to find.
        let isOpaque = payload.metrics.contains { metric in
          if case .other = metric.value { return true }
          return metric.properties.values.contains { if case .other = $0 { true } else { false } }
        }
        guard let answer else {
          #expect(isOpaque || Self.hasOpaquePart(bytes), "\(PayloadWords.hex(bytes))")
          continue
        }
        if !isOpaque { #expect(answer.words == PayloadWords.words(payload), "\(PayloadWords.hex(bytes))") }
        agreed += 1
      } catch {
        switch error {
        // A number of more than 64 bits is cut there; we do not guess.
        case .malformedNumber, .textNotUTF8, .nameTooLong, .nestedTooDeep, .tooManyMetrics, .tooManyProperties,
          .payloadTooLarge:
          break
        case .truncated, .malformedTag:
          #expect(answer == nil, "\(error): \(PayloadWords.hex(bytes))")
        }
        refused += 1
      }
    }
    #expect(agreed > 500 && refused > 500, "\(agreed) and \(refused)")
  }

  /// Whether a field stands in the bytes that we pass over or keep as it is, and that Protocol Buffers looks into:
  /// metadata (0x42), data sets, templates and extensions (0x8A, 0x92, 0x9A 0x01), sets of properties (0x4A, 0x52, 0x5A).
  private static func hasOpaquePart(_ bytes: [UInt8]) -> Bool {
    bytes.contains { [0x42, 0x8A, 0x92, 0x9A, 0x4A, 0x52, 0x5A].contains($0) }
  }
}
