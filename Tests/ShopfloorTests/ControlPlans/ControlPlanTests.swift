import ControlCharts
import Shopfloor
import Testing

@Suite("Control plans on the floor")
struct ControlPlanTests {
  @Test("a plan is imported by one person of quality and approved by another, and holds from then on")
  func life() {
    var line = ControlPlanFixture()
    #expect(line.bringIn(ControlPlanFixture.plan()) == nil)
    #expect(line.pinned() == nil, "not approved")
    #expect(line.approve(by: "P-3")?.code == .controlPlanSamePerson)
    #expect(line.approve() == nil)
    #expect(line.pinned() == "CP-1 1" && line.pinned("bag") == nil)
    #expect(line.approve()?.code == .controlPlanDecided)
    #expect(line.withdraw() == nil)
    #expect(line.pinned() == nil)
    #expect(line.withdraw()?.code == .controlPlanDecided && line.approve()?.code == .controlPlanDecided)
  }

  @Test("a withdrawn version gives way to the one before, and cannot be approved any more")
  func withdrawal() {
    var line = ControlPlanFixture()
    line.bringIn(ControlPlanFixture.plan())
    line.approve()
    line.bringIn(ControlPlanFixture.plan(version: 2))
    line.approve("CP-1", 2)
    #expect(line.pinned() == "CP-1 2")
    #expect(line.withdraw("CP-1", 2, reason: " ")?.code == .reasonMissing)
    #expect(line.withdraw("CP-1", 2) == nil && line.pinned() == "CP-1 1")
    line.bringIn(ControlPlanFixture.plan(version: 3))
    #expect(line.withdraw("CP-1", 3) == nil && line.approve("CP-1", 3)?.code == .controlPlanDecided)
  }

  @Test(
    "who may: quality alone, known people alone",
    arguments: [("P-1", Refusal.Code.personRight), ("P-9", .personUnknown)])
  func rights(person: String, code: Refusal.Code) {
    var line = ControlPlanFixture()
    let person = PersonID(stringLiteral: person)
    #expect(line.bringIn(ControlPlanFixture.plan(), by: person)?.code == code)
    line.bringIn(ControlPlanFixture.plan())
    #expect(line.approve(by: person)?.code == code)
    #expect(line.withdraw(by: person)?.code == code)
    #expect(line.pinned() == nil)
  }

  @Test("versions count up by one; the same document again changes nothing")
  func versions() {
    var line = ControlPlanFixture()
    #expect(line.bringIn(ControlPlanFixture.plan(version: 2))?.code == .controlPlanVersion)
    #expect(line.bringIn(ControlPlanFixture.plan(version: 0))?.code == .controlPlanVersion)
    #expect(line.bringIn(ControlPlanFixture.plan()) == nil)
    let again = line.perform(
      .controlPlan(.importPlan(ControlPlanFixture.plan(), digest: "CP-1-1", author: "P-4", changes: [])))
    #expect(again.events.isEmpty && again.refusal == nil)
    #expect(line.bringIn(ControlPlanFixture.plan(), digest: "other")?.code == .controlPlanVersion)
    #expect(line.bringIn(ControlPlanFixture.plan(version: 3))?.code == .controlPlanVersion)
    #expect(line.approve("CP-1", 2)?.code == .controlPlanUnknown && line.withdraw("CP-2")?.code == .controlPlanUnknown)
  }

  @Test("a plan takes effect at its time, not before, and never in the past")
  func effectiveTime() {
    var line = ControlPlanFixture()
    line.bringIn(ControlPlanFixture.plan())
    #expect(line.approve(in: -1)?.code == .controlPlanTime)
    #expect(line.approve(in: 90) == nil)
    #expect(line.pinned() == nil)
    line.time = line.time.advanced(byMicroseconds: 89_999_999)
    #expect(line.pinned() == nil)
    line.time = line.time.advanced(byMicroseconds: 1)
    #expect(line.pinned() == "CP-1 1")
  }

  @Test("two plans for the same product at the same station are refused; a plan of its own goes before the general one")
  func overlap() {
    var line = ControlPlanFixture()
    line.bringIn(ControlPlanFixture.plan("CP-1", products: ["pouch", "bag"]))
    line.bringIn(ControlPlanFixture.plan("CP-2", products: ["bag"]))
    line.bringIn(ControlPlanFixture.plan("CP-3", products: []))
    line.bringIn(ControlPlanFixture.plan("CP-4", products: []))
    line.approve("CP-1")
    #expect(line.approve("CP-2")?.code == .controlPlanOverlap)
    #expect(line.approve("CP-3") == nil)
    #expect(line.approve("CP-4")?.code == .controlPlanOverlap)
    #expect(line.pinned("bag") == "CP-1 1" && line.pinned("tray") == "CP-3 1")
    line.withdraw("CP-1")
    #expect(line.approve("CP-2") == nil)
    #expect(line.pinned("bag") == "CP-2 1" && line.pinned("pouch") == "CP-3 1")
  }

  @Test("a run keeps its version; one that takes effect at once is refused while such a run is active, or ends it")
  func midRun() throws {
    var line = ControlPlanFixture()
    line.bringIn(ControlPlanFixture.plan())
    line.approve()
    line.scan("L-1")
    let run = try #require(line.floor.station("sealer").activeRun)
    #expect(run.controlPlan?.version == 1)
    line.bringIn(ControlPlanFixture.plan(version: 2) { $0.characteristics = [] })
    let refused = line.approve("CP-1", 2)
    let refusal = try #require(refused)
    #expect(refusal.code == .controlPlanRunActive && refusal.why.english.contains(run.id.text))
    #expect(line.floor.judgedPlan(of: "sealer")?.characteristics.count == 1)
    var other = line
    #expect(line.approve("CP-1", 2, in: 600) == nil, "later is possible")
    line.time = line.time.advanced(byMicroseconds: 3_600_000_000)
    #expect(line.floor.judgedPlan(of: "sealer")?.characteristics.count == 1, "the run keeps what it pinned")
    line.scan("LOTWIRE:PAUSE")
    line.scan("L-1")
    #expect(line.floor.judgedPlan(of: "sealer")?.characteristics.isEmpty == true)

    #expect(other.approve("CP-1", 2, endsRuns: true) == nil)
    #expect(other.floor.station("sealer").activeRun == nil)
    #expect(other.floor.station("sealer").endedRuns.last?.completedOperation == false)
    other.scan("L-2")
    #expect(other.floor.station("sealer").activeRun?.controlPlan?.version == 2)
  }

  @Test("a plan for another product leaves an active run alone")
  func otherProduct() {
    var line = ControlPlanFixture()
    line.scan("L-9")
    line.bringIn(ControlPlanFixture.plan())
    #expect(line.approve() == nil && line.floor.station("sealer").activeRun != nil)
    line.bringIn(ControlPlanFixture.plan("CP-2", products: []))
    #expect(line.approve("CP-2")?.code == .controlPlanRunActive)
  }
}
