import Ledger
import Shopfloor
import Testing

@testable import BatchRecord

/// Bytes from anywhere: the verifier must answer, and must never call a changed record verified.
@Suite struct RecordVerifierFuzzTests {
  private static let key = SigningKey()
  private let sealed: [UInt8]

  init() throws {
    var builder = EvidenceBuilder.quiet()
    builder.series = builder.series.map { one in
      var one = one
      one.readings = Array(one.readings.prefix(20))
      return one
    }
    sealed = try RecordSeal.seal(BatchRecordAssembler.assemble(evidence: builder.evidence), with: Self.key).bytes
    #expect(RecordVerifier.verify(sealed).isVerified)
  }

  private func mustFail(_ bytes: [UInt8]) {
    let report = RecordVerifier.verify(bytes, trustedKey: Self.key.verifyingKey)
    #expect(bytes == sealed || !report.isVerified)
    #expect(bytes == sealed || report.firstMisfit != nil)
    #expect(report.outcomes.count == VerificationCheck.allCases.count)
    _ = report.text(in: .chinese)
    // Summing up may refuse, and must not trap.
    _ = try? RecordSummary(sealedBytes: bytes).text(in: .english)
  }

  @Test(arguments: 0..<4) func flippedBytes(seed: Int) {
    var random = SeededGenerator(seed: UInt64(seed))
    for _ in 0..<60 {
      var bytes = sealed
      let place = Int.random(in: 0..<bytes.count, using: &random)
      bytes[place] ^= UInt8(1) << UInt8.random(in: 0..<8, using: &random)
      mustFail(bytes)
    }
  }

  @Test(arguments: 0..<4) func replacedInsertedAndRemovedStretches(seed: Int) {
    var random = SeededGenerator(seed: UInt64(seed) + 50)
    let alphabet = Array(#"{}[]",:0123456789truefalsn\-.e "#.utf8)
    for _ in 0..<60 {
      var bytes = sealed
      let start = Int.random(in: 0..<bytes.count, using: &random)
      let end = min(bytes.count, start + Int.random(in: 0..<6, using: &random))
      let new = (0..<Int.random(in: 0..<6, using: &random)).map { _ in alphabet.randomElement(using: &random) ?? 0 }
      bytes.replaceSubrange(start..<end, with: new)
      mustFail(bytes)
    }
  }

  /// Changes that keep the JSON sound and canonical: every number and text may be another.
  @Test(arguments: 0..<4) func changedValues(seed: Int) throws {
    var random = SeededGenerator(seed: UInt64(seed) + 100)
    let file = try CanonicalJSONParser.parse(sealed)
    for _ in 0..<40 {
      let changed = mutate(file["record"], &random)
      let record = changed.canonicalBytes == file["record"].canonicalBytes ? .null : changed
      mustFail(file.changed(at: ["record"]) { _ in record }.canonicalBytes)
    }
  }

  /// As before, signed with a key that nobody compares: may fit or not, and must not trap.
  @Test(arguments: 0..<4) func changedValuesThatAreSealedAgain(seed: Int) throws {
    var random = SeededGenerator(seed: UInt64(seed) + 200)
    let record = try CanonicalJSONParser.parse(sealed)["record"]
    for _ in 0..<40 {
      let changed = mutate(mutate(record, &random), &random)
      guard case .object = changed, case .integer = changed["revision"] else { continue }
      let report = RecordVerifier.verify(try forge(changed, with: Self.key))
      #expect(report.outcomes.first?.result == .passed)
      #expect(report.isVerified == (report.firstMisfit == nil))
    }
  }

  @Test func truncations() {
    for length in stride(from: 0, to: sealed.count, by: max(1, sealed.count / 100)) {
      mustFail(Array(sealed.prefix(length)))
    }
    mustFail(sealed + [0x0A])
    mustFail([0xEF, 0xBB, 0xBF] + sealed)
  }

  @Test func hugeAndDeepInput() {
    mustFail(Array(repeating: UInt8(ascii: "["), count: 10 << 20))
    mustFail(Array(repeating: UInt8(ascii: "{"), count: 1 << 20))
    mustFail(Array(repeating: 0, count: 10 << 20))
    mustFail([0x22] + Array(repeating: UInt8(ascii: "a"), count: 10 << 20) + [0x22])
    mustFail(Array("[".utf8) + Array(repeatElement(Array("0,".utf8), count: 1 << 20).joined()) + Array("0]".utf8))
    mustFail(Array(repeatElement(Array(#"{"a":"#.utf8), count: 100_000).joined()))
  }

  @Test(arguments: [
    "{}", "[]", "null", #"{"record":{},"seal":{}}"#, #"{"record":null,"seal":null}"#,
    #"{"record":{"format":{"name":"lotwire.batch-record","version":1}},"seal":{}}"#,
  ])
  func soundJSONThatIsNoRecord(source: String) { mustFail(Array(source.utf8)) }

  /// Somewhere in the tree, another value.
  private func mutate(_ value: CanonicalJSON, _ random: inout SeededGenerator) -> CanonicalJSON {
    let others: [CanonicalJSON] = [
      .null, .bool(true), .integer(-1), .integer(CanonicalJSON.largestInteger), .integer(-CanonicalJSON.largestInteger),
      .string(""), .string("good"), .string("1" + String(repeating: "0", count: 308)), .array([]), .object([:]),
    ]
    switch value {
    case .object(let object) where !object.members.isEmpty && Int.random(in: 0..<20, using: &random) > 0:
      let place = Int.random(in: 0..<object.members.count, using: &random)
      var members: [String: CanonicalJSON] = [:]
      for (index, member) in object.members.enumerated() {
        members[member.name] = index == place ? mutate(member.value, &random) : member.value
      }
      return .object(members)
    case .array(var elements) where !elements.isEmpty && Int.random(in: 0..<20, using: &random) > 0:
      let place = Int.random(in: 0..<elements.count, using: &random)
      elements[place] = mutate(elements[place], &random)
      return .array(elements)
    default: return others[Int.random(in: 0..<others.count, using: &random)]
    }
  }
}
