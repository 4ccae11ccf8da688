import Foundation
import Harness
import Testing

/// A day of receipt, picking and consumption with mistakes, on real programs whose daemon is killed at random instants.
///
/// LOTWIRE_MATERIAL_DAY=10000 makes it a long day with so many scans; LOTWIRE_SEED=N repeats the plans of the people and of
/// the kills.
@Suite("A day of material with a daemon that is killed", .serialized)
struct MaterialDayTests {
  private static let environment = ProcessInfo.processInfo.environment
  static let scans = environment["LOTWIRE_MATERIAL_DAY"].flatMap(Int.init) ?? 600
  static let kills = max(4, scans / 250)

  @Test(
    "stock and genealogy are what the journals of the scanners say; nothing acknowledged is lost, nothing counts twice",
    .timeLimit(.minutes(60)))
  func day() throws {
    var generator = SystemRandomNumberGenerator()
    let seed = Self.environment["LOTWIRE_SEED"].flatMap(UInt64.init) ?? generator.next()
    print("seed \(seed) (repeat with LOTWIRE_SEED=\(seed))")
    let began = Date()
    let day = try MaterialDay(orders: Self.scans / 40 + 10, deliveries: Self.scans / 20 + 10)
    let warehouse = MaterialDayWarehouse()
    let kills = try live(day, warehouse, seed: seed)
    #expect(warehouse.with { $0.failures } == [], "\(day.daemonWords)")
    let account = try MaterialDayAccount(day.shell)
    try compare(day, account)
    try compareWithERP(day, account)
    day.endDaemon()
    report(day, account, kills: kills, seconds: Date().timeIntervalSince(began))
  }

  // MARK: The day

  /// Lets the people work while the daemon is killed and started again; how often it was.
  private func live(_ day: MaterialDay, _ warehouse: MaterialDayWarehouse, seed: UInt64) throws -> Int {
    var seeded = SplitMix(seed: seed)
    let share = Self.scans / 3
    var people: [MaterialDayPerson] = []
    for (station, scanner) in day.scanners.sorted(by: { $0.key < $1.key }) {
      let own = seeded.next()
      people.append(
        station == "dock"
          ? MaterialDayReceiver(scanner, warehouse, seed: own, scans: share)
          : station == "pick"
            ? MaterialDayPicker(scanner, warehouse, seed: own, scans: share)
            : MaterialDayFiller(scanner, warehouse, seed: own, scans: share))
    }
    try day.startDaemon()
    let work = DispatchGroup()
    for person in people {
      DispatchQueue(label: person.scanner.station).async(group: work) { person.work() }
    }
    let shell = day.shell
    let hasEnded = { @Sendable in work.wait(timeout: .now()) == .success }
    let quality = DispatchGroup()
    DispatchQueue(label: "quality").async(group: quality) { Self.release(shell, warehouse, until: hasEnded) }
    let instants = (0..<Self.kills).map { _ in Int.random(in: 10...(Self.scans * 9 / 10), using: &seeded) }.sorted()
    var kills = 0
    for instant in instants {
      while warehouse.with({ $0.answeredScans }) < instant, !hasEnded() { usleep(2_000) }
      usleep(UInt32.random(in: 0...60_000, using: &seeded))
      #expect(day.daemonIsRunning, "the daemon ended by itself:\n\(day.daemonWords)")
      day.killDaemon()
      kills += 1
      try day.startDaemon()
      // Some kills come while it is starting.
      if Int.random(in: 0..<4, using: &seeded) == 0 {
        usleep(UInt32.random(in: 0...400_000, using: &seeded))
        day.killDaemon()
        kills += 1
        try day.startDaemon()
      }
    }
    work.wait()
    quality.wait()
    return kills
  }

  /// Quality releases one lot after the other, as they come.
  private static func release(
    _ shell: MaterialDayShell, _ warehouse: MaterialDayWarehouse, until hasEnded: () -> Bool
  ) {
    var number = 1
    while !hasEnded() {
      let lot = MaterialDayAccount.number(number)
      do {
        let answer = try shell.run(["release", lot, "--person", "Q-1", "--reason", "inspected"])
        guard answer.status == 0 else {
          usleep(300_000)
          continue
        }
        guard let told = try shell.trace(["--material", lot])?.materials.first?.supplierLot else { continue }
        warehouse.with { $0.numbers[told] = lot }
        number += 1
      } catch {
        warehouse.with { $0.failures.append("quality: \(error)") }
        return
      }
    }
  }

  // MARK: Comparison

  private func recount(_ day: MaterialDay, _ account: MaterialDayAccount) -> [String: [MaterialDayMovement]] {
    day.scanners.mapValues {
      MaterialDayRecount.movements(of: $0.entries, at: $0.station, supplierLots: account.supplierLots)
    }
  }

  /// Every movement that the journals know is in the ledger, in the order of its station, once, and no other.
  private func compare(_ day: MaterialDay, _ account: MaterialDayAccount) throws {
    #expect(!account.isCutOff)
    let recounted = recount(day, account)
    for station in MaterialDay.stations {
      let expected = recounted[station] ?? []
      let told = account.movements[station] ?? []
      if let place = zip(expected, told).enumerated().first(where: { $0.element.0 != $0.element.1 }) {
        Issue.record("\(station), movement \(place.offset): journal \(place.element.0), ledger \(place.element.1)")
      }
      #expect(expected.count == told.count, "\(station): the journal has \(expected.count), the ledger \(told.count)")
      #expect(expected.count > Self.scans / 60, "only \(expected.count) movements at \(station)")
    }
    let all = recounted.values.flatMap { $0 }
    #expect(MaterialDaySums.stock(all) == MaterialDaySums.stock(account.movements.values.flatMap { $0 }))
    for (lot, stock) in MaterialDaySums.stock(all) {
      #expect(stock.consumed <= stock.received && stock.picked <= stock.received, "\(lot): \(stock)")
    }
    // Backward, from the product lot.
    for (lot, suppliers) in MaterialDaySums.genealogy(all).sorted(by: { $0.key < $1.key }).prefix(25) {
      let trace = try #require(try day.shell.trace([lot]), "no trace of \(lot)")
      let told = trace.materials.filter { $0.movements.contains { $0.movement == "consumption" && $0.undoneBy == nil } }
      #expect(Set(told.compactMap(\.supplierLot)) == suppliers, "what is in \(lot)")
    }
  }

  /// After everything is delivered, the ERP has every movement of the ledger once, and counts what the journals count.
  private func compareWithERP(_ day: MaterialDay, _ account: MaterialDayAccount) throws {
    let deadline = Date().addingTimeInterval(120 + Double(Self.scans) / 5)
    while try day.erpMovements().count < account.events.count, Date() < deadline { usleep(300_000) }
    // Whatever is delivered a second time by mistake would come now.
    usleep(1_500_000)
    let delivered = try day.erpMovements()
    #expect(Set(delivered.map(\.key)).count == delivered.count, "a movement was delivered twice")
    #expect(Set(delivered.map(\.event)) == account.events)
    var counted: [String: MaterialDayStock] = [:]
    for (number, stock) in try day.erpStock() {
      let lot = account.supplierLots[number] ?? number
      var sum = counted[lot] ?? MaterialDayStock()
      sum.received += stock.received
      sum.consumed += stock.consumed
      sum.picked += stock.picked
      counted[lot] = sum
    }
    let expected = MaterialDaySums.stock(recount(day, account).values.flatMap { $0 }).mapValues {
      MaterialDayStock(received: $0.received, consumed: $0.consumed, picked: $0.picked)
    }
    #expect(counted == expected)
  }

  private func report(_ day: MaterialDay, _ account: MaterialDayAccount, kills: Int, seconds: Double) {
    let entries = day.scanners.values.flatMap(\.entries)
    let all = account.movements.values.flatMap { $0 }
    func count(_ kind: MaterialDayMovement.Kind) -> Int { all.filter { $0.kind == kind }.count }
    print(
      """
      material day: \(entries.count) scans, \(kills) kills, \(entries.filter(\.isAccepted).count) acknowledged, \
      \(entries.filter { !$0.isAccepted }.count) refused, \(entries.filter { $0.repeats > 0 }.count) scanned again for \
      want of an answer; \(count(.receipt)) receipts, \(count(.pick)) picks, \(count(.unpick)) put back, \
      \(count(.consumption)) consumptions, \(count(.undo)) undone; \(account.supplierLots.count) material lots, \
      \(account.events.count) movements at the ERP; \(Int(seconds)) s
      """)
  }
}
