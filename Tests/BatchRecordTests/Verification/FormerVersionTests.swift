import Devices
import Ledger
import Shopfloor
import Testing

@testable import BatchRecord

private func key() -> SigningKey {
  guard let key = SigningKey(seed: Array(repeating: 1, count: 32)) else { preconditionFailure("32 bytes") }
  return key
}

private func sealed(_ builder: EvidenceBuilder) throws -> [UInt8] {
  try RecordSeal.seal(BatchRecordAssembler.assemble(evidence: builder.evidence), with: key()).bytes
}

/// What was sealed under former versions of the format still verifies.
@Suite struct FormerVersionTests {
  /// A quiet record as the sixth version had it, before quantities and what the ERP refused.
  private func ofTheSixthVersion() throws -> CanonicalJSON {
    try CanonicalJSONParser.parse(sealed(EvidenceBuilder.quiet()))["record"]
      .changed(at: ["format", "version"]) { _ in .integer(6) }
      .changed(at: ["quantities"]) { _ in nil }
      .changed(at: ["product", "deviceIdentifier"]) { _ in nil }
      .changed(at: ["workOrder", "materials", 0, "suppliedByCustomer"]) { _ in nil }
      .changed(at: ["checkedNothingFound"]) { list in
        .array(
          list.elements.filter {
            !["deliveryRefused", "deliverySetAside", "consumptionUndivided"].contains($0["kind"].text)
          })
      }
  }

  @Test func recordsOfTheSixthVersionStillVerify() throws {
    let record = try ofTheSixthVersion()
    let report = RecordVerifier.verify(
      try forge(record, with: key(), version: 6), trustedKey: key().verifyingKey)
    #expect(report.isVerified, "\(report.text(in: .english))")
  }

  /// A quiet record as the fifth version had it, before damage was named.
  private func ofTheFifthVersion() throws -> CanonicalJSON {
    try ofTheSixthVersion()
      .changed(at: ["format", "version"]) { _ in .integer(5) }
      .changed(at: ["readings", "missingCommits"]) { _ in nil }
      .changed(at: ["checkedNothingFound"]) { list in
        .array(list.elements.filter { $0["kind"].text != "readingsDamaged" })
      }
  }

  @Test func recordsOfTheFifthVersionStillVerify() throws {
    let record = try ofTheFifthVersion()
    #expect(
      Digest.sha256Text(of: record.canonicalBytes)
        == "8cc6c2992156eb5ac91a8d2c14123d6d6da030a1f055f4b2241ab540b456c983", "the digest of that version's tests")
    let report = RecordVerifier.verify(
      try forge(record, with: key(), version: 5), trustedKey: key().verifyingKey)
    #expect(report.isVerified, "\(report.text(in: .english))")
  }

  /// A quiet record as the fourth version had it, before brokers and their messages.
  private func ofTheFourthVersion() throws -> CanonicalJSON {
    try ofTheFifthVersion()
      .changed(at: ["format", "version"]) { _ in .integer(4) }
      .changed(at: ["checkedNothingFound"]) { list in
        .array(list.elements.filter { !["messagesLost", "messagesThinned"].contains($0["kind"].text) })
      }
  }

  @Test func recordsOfTheFourthVersionStillVerify() throws {
    let record = try ofTheFourthVersion()
    #expect(
      Digest.sha256Text(of: record.canonicalBytes)
        == "e1f8977323f98841eaf635ffe978c1352970e3bdb798993051d9e653d0c6efda", "the digest of that version's tests")
    let report = RecordVerifier.verify(
      try forge(record, with: key(), version: 4), trustedKey: key().verifyingKey)
    #expect(report.isVerified, "\(report.text(in: .english))")
  }

  /// A quiet record as the third version had it, before control plans, charts of other kinds and the life of an alarm.
  private func ofTheThirdVersion() throws -> CanonicalJSON {
    func without(_ names: [String], _ place: CanonicalJSON) -> CanonicalJSON {
      names.reduce(place) { changed, name in changed.changed(at: [.name(name)]) { _ in nil } }
    }
    func each(_ list: CanonicalJSON, _ change: (CanonicalJSON) -> CanonicalJSON) -> CanonicalJSON {
      .array(list.elements.map(change))
    }
    return try ofTheFourthVersion()
      .changed(at: ["format", "version"]) { _ in .integer(3) }
      .changed(at: ["controlPlans"]) { _ in nil }
      .changed(at: ["alarms"]) { alarms in
        each(alarms) { alarm in
          without(["priority", "response", "outOfService", "reaction", "shelvings", "escalations"], alarm)
        }
      }
      .changed(at: ["runs"]) { runs in
        each(runs) { run in
          without(["controlPlan"], run).changed(at: ["characteristics"]) { list in
            each(list) { characteristic in
              without(["subgroups", "measurements"], characteristic)
                .changed(at: ["points"]) { points in each(points) { without(["from", "closedGate"], $0) } }
                .changed(at: ["chart"]) { chart in
                  guard chart != .null else { return chart }
                  return without(
                    ["subgroupSize", "rules", "dispersionRules", "limitVersion", "ewma", "cusum"],
                    chart.changed(at: ["runLength"]) { _ in .integer(9) })
                }
            }
          }
        }
      }
      .changed(at: ["checkedNothingFound"]) { list in
        .array(
          list.elements.filter {
            !["missingCollection", "alarmEscalated", "alarmSuppressed", "rulesBlocked", "gateClosed"]
              .contains($0["kind"].text)
          })
      }
  }

  @Test func recordsOfTheThirdVersionStillVerify() throws {
    let record = try ofTheThirdVersion()
    #expect(
      Digest.sha256Text(of: record.canonicalBytes)
        == "be1448f46482864134535a52323c85ae605e69d3154733697010db4828dc245a", "the digest of that version's tests")
    let report = RecordVerifier.verify(
      try forge(record, with: key(), version: 3), trustedKey: key().verifyingKey)
    #expect(report.isVerified, "\(report.text(in: .english))")
  }

  /// A quiet record as the second version had it, before material said where it came from.
  private func ofTheSecondVersion() throws -> CanonicalJSON {
    try ofTheThirdVersion()
      .changed(at: ["format", "version"]) { _ in .integer(2) }
      .changed(at: ["materials"]) { list in
        .array(
          list.elements.map { material in
            ["container", "substituteFor", "undone", "supplierLot"].reduce(material) { changed, name in
              changed.changed(at: [.name(name)]) { _ in nil }
            }
          })
      }
      .changed(at: ["checkedNothingFound"]) { list in
        .array(
          list.elements.filter {
            !["correction", "suggestionOverridden", "substitute", "materialConflict"].contains($0["kind"].text)
          })
      }
  }

  @Test func recordsOfTheSecondVersionStillVerify() throws {
    let record = try ofTheSecondVersion()
    #expect(
      Digest.sha256Text(of: record.canonicalBytes)
        == "c09483e83620a0d94f11d46909aa14a70817f860e734c98764c9af0294ab7cff", "the digest of that version's tests")
    let report = RecordVerifier.verify(
      try forge(record, with: key(), version: 2), trustedKey: key().verifyingKey)
    #expect(report.isVerified, "\(report.text(in: .english))")
  }

  /// A record of the first version, as it was sealed before texts and writes were in it.
  @Test func recordsOfTheFirstVersionStillVerify() throws {
    let record = try ofTheSecondVersion()
      .changed(at: ["format", "version"]) { _ in .integer(1) }.changed(at: ["texts"]) { _ in nil }
      .changed(at: ["checkedNothingFound"]) { list in
        .array(list.elements.filter { !["deviceWrite", "writeNotConfirmed"].contains($0["kind"].text) })
      }
    #expect(
      Digest.sha256Text(of: record.canonicalBytes)
        == "a21ce919f2c5d4eb639e24c8ee2182bcc79247c2195f5294774745ede1cb0025", "the digest of that version's tests")
    let report = RecordVerifier.verify(
      try forge(record, with: key(), version: 1), trustedKey: key().verifyingKey)
    #expect(report.isVerified, "\(report.text(in: .english))")
  }
}
