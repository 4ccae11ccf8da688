import Shopfloor
import Testing

@testable import BatchRecord

/// The shares of work orders in what was consumed.
@Suite struct ShareProofTests {
  private let key: SigningKey
  private let record: CanonicalJSON

  init() throws {
    key = try RenderingStory.key()
    record = try CanonicalJSONParser.parse(RenderingStory.shared())["record"]
  }

  private func misfit(
    _ path: [PathStep], _ change: (CanonicalJSON) -> CanonicalJSON?
  ) throws -> (check: VerificationCheck, misfit: Misfit)? {
    RecordVerifier.verify(try forge(record.changed(at: path[...], change), with: key)).firstMisfit
  }

  private static func share(_ order: String, _ quantity: String) -> CanonicalJSON {
    .object(["workOrder": .string(order), "quantity": .string(quantity)])
  }

  @Test func aRecordHasTheSharesThatItsEventsHave() throws {
    #expect(RecordVerifier.verify(try forge(record, with: key)).isVerified)
    #expect(
      record["materials", 0, "fromPicked"] == .array([Self.share("WO-1", "8"), Self.share("WO-2", "4.125")]))
    #expect(record["materials", 1, "fromPicked"] == .array([Self.share("WO-2", "5")]))
    guard case .object(let uncounted) = record["materials", 2] else { preconditionFailure("an object") }
    #expect(uncounted["fromPicked"] == nil, "what is absent stays absent")
    let undivided = record["exceptions"].elements.filter { $0["kind"].text == "consumptionUndivided" }
    #expect(undivided.map { $0["events", 0] } == [record["materials", 1, "event"], record["materials", 2, "event"]])
  }

  @Test(
    "shares that do not fit are found",
    arguments: [
      ([share("WO-1", "8"), share("WO-2", "5")], "record.materials[0].fromPicked", "no more than what was consumed"),
      (
        [share("WO-1", "8"), share("WO-9", "4.125")], "record.materials[0].fromPicked[1].workOrder", "order of the run"
      ),
      ([share("WO-1", "8"), share("WO-1", "4.125")], "record.materials[0].fromPicked[1].workOrder", "each once"),
      ([share("WO-1", "8"), share("WO-2", "-1")], "record.materials[0].fromPicked[1].quantity", "above 0"),
      ([share("WO-1", "8")], "record.materials[0]", "or an exception that they do not"),
      ([], "record.materials[0].fromPicked", "a share, or no such member"),
      // They make up the whole, and the ledger says others.
      ([share("WO-1", "8.125"), share("WO-2", "4")], "record.events[", "the list of materials"),
    ])
  func misfits(_ shares: [CanonicalJSON], _ place: String, _ expected: String) throws {
    let found = try #require(try misfit(["materials", 0, "fromPicked"]) { _ in .array(shares) })
    #expect(found.check == .shares)
    #expect(found.misfit.path.hasPrefix(place) && found.misfit.expected.contains(expected), "\(found)")
  }

  @Test func whatNobodyDividedIsAnException() throws {
    let found = try #require(
      try misfit(["exceptions"]) {
        .array($0.elements.filter { $0["kind"].text != "consumptionUndivided" })
      })
    #expect(found.check == .shares && found.misfit.path == "record.materials[1]")
  }

  @Test func aShareThatIsLeftOutIsMissed() throws {
    #expect(try misfit(["materials", 1, "fromPicked"]) { _ in nil }?.check == .shares)
  }

  @Test func whatWasTakenBackNeedsNoShares() throws {
    var builder = EvidenceBuilder()
    let at = EvidenceBuilder.at
    builder.addRun(
      "R-1", station: "sealer", operation: "seal", lots: [builder.lot, "LOT-90"], orders: ["WO-1", "WO-2"], from: 0,
      to: 40)
    let use = MaterialConsumed(
      run: "R-1", materialLot: "M-100", item: "FILM", person: "P-1", quantity: 5, serial: nil, at: at(5))
    builder.add(.materialConsumed(use), at: at(5))
    builder.add(
      .stepUndone(StepUndone(station: "sealer", person: "P-2", step: .consumed(use), at: at(6))), at: at(6))
    builder.add(.runEnded(RunEnded(run: "R-1", person: "P-1", at: at(40), completedOperation: true)), at: at(40))
    let bytes = try RenderingStory.sealed(builder)
    #expect(RecordVerifier.verify(bytes).isVerified)
    #expect(try !RecordSummary(sealedBytes: bytes).text(in: .english).contains("how much each of them took"))
  }
}
