import BatchRecord
import Shopfloor

/// The inspections that Tryton demands before a production runs and before it is done, from the characteristics of the
/// records: of each the value nearest to a limit of Tryton's own tolerance, or farthest beyond it. An inspection that stands
/// there says what an earlier record said: where a later one says otherwise, a person decides.
struct CompletionInspections: Sendable {
  typealias Job = CompletionFlow.Job

  let desk: TrytonDesk

  func ensure(_ board: inout DeliveryBoard<Job>, _ places: [Int]) async throws(DeliveryStop) {
    guard !places.isEmpty else { return }
    let jobs = board.jobs
    let beforeRun = try await QualityControls("production:run", desk)
    let beforeDone = try await QualityControls("production:do", desk)
    guard !beforeRun.controls.isEmpty || !beforeDone.controls.isEmpty else { return }
    let known = try await desk.rows(
      InspectionKeeper.model,
      [.clause("origin", "in", .texts(places.map { jobs[$0].production.resource }))],
      ["origin", "control", "reference", "points"])
    let controls = beforeRun.controls + beforeDone.controls
    for place in places {
      if let reason = Self.difference(jobs[place], known, controls) { board.stop(place, .blocked(reason)) }
    }
    let places = places.filter { board.ends[$0] == nil && jobs[$0].production.state != "done" }
    guard !places.isEmpty else { return }
    let inputs = try await ProductionLines(desk: desk).lines(of: places.map { jobs[$0].production.id }, .inputs)
    let categories = try await desk.read(
      "product.product",
      Set(places.flatMap { place in (inputs[jobs[place].production.id] ?? []).map(\.product) }).sorted(),
      ["categories_all"])
    var wanted: [WantedInspection] = []
    var placeOfKey: [String: Int] = [:]
    for place in places {
      let products = Set((inputs[jobs[place].production.id] ?? []).map(\.product))
      let ofProducts = Set(categories.filter { products.contains($0.id) }.flatMap { $0.integers("categories_all") })
      let controls =
        beforeRun.matching(products: products, categories: ofProducts)
        + beforeDone.matching(products: [jobs[place].product.id], categories: jobs[place].product.categories)
      do throws(DeliveryStop) {
        for one in try Self.inspections(jobs[place], controls, known) {
          placeOfKey[one.key] = place
          wanted.append(one)
        }
      } catch {
        board.stop(place, error)
      }
    }
    let open = wanted.filter { one in placeOfKey[one.key].map { board.ends[$0] == nil } ?? false }
    let outcomes = try await InspectionKeeper(desk: desk).ensure(open)
    for one in open {
      if let place = placeOfKey[one.key] { _ = board.take(outcomes[one.key], of: place, "the inspection \(one.key)") }
    }
  }

  private static func inspections(
    _ job: Job, _ controls: [QualityControls.Control], _ known: [TrytonRecord]
  ) throws(DeliveryStop) -> [WantedInspection] {
    var wanted: [WantedInspection] = []
    var seen: Set<Int64> = []
    for control in controls where seen.insert(control.id).inserted {
      for extract in job.extracts {
        let key = key(extract, control.id)
        // Somebody inspected it in the ERP: that stands.
        let isOthers = known.contains {
          $0.text("origin") == job.production.resource && $0.integer("control") == control.id
            && !($0.text("reference") ?? "").hasPrefix("lotwire:")
        }
        guard !isOthers else { continue }
        var points: [String: TrytonValue] = [:]
        for point in control.points { points[point.name] = try value(of: point, in: extract, control.name) }
        wanted.append(
          WantedInspection(
            key: key, origin: job.production.resource, control: control.id,
            company: job.production.row.integer("company") ?? 0, points: points))
      }
    }
    return wanted
  }

  private static func key(_ extract: LotExtract, _ control: Int64) -> String {
    "lotwire:\(extract.workOrder):\(extract.lot):\(control)"
  }

  /// What an inspection of ours says otherwise than the newest record of its lot; nil: nothing.
  private static func difference(
    _ job: Job, _ known: [TrytonRecord], _ controls: [QualityControls.Control]
  ) -> String? {
    for extract in job.extracts {
      for control in controls {
        for inspection in known where inspection.text("reference") == key(extract, control.id) {
          guard let points = inspection.members["points"].flatMap({ TrytonRecord($0) }) else { continue }
          for point in control.points {
            guard let measured = measured(point, in: extract) else { continue }
            let there: String
            let here: String
            if point.kind == "boolean" {
              guard let flag = points.flag(point.name), flag != measured.isWithin else { continue }
              (there, here) = ("\(flag)", "\(measured.isWithin)")
            } else {
              guard let found = points.number(point.name), !says(found, measured) else { continue }
              (there, here) = ("\(found)", "\(decisive(measured, point))")
            }
            return "the ERP's inspection \(inspection.id) \"\(control.name)\" of \(job.name) says \(there) for "
              + "\"\(point.title)\", revision \(extract.revision) of the record of \(extract.lot) says \(here); judge it there; "
              + "where the inspection was corrected release this delivery, else set it aside"
          }
        }
      }
    }
    return nil
  }

  /// Which value is nearest to a limit changes with Tryton's own limits: any of them is what the record says.
  static func says(_ found: Double, _ measured: LotExtract.Measured) -> Bool {
    [measured.lowest, measured.highest, measured.worst].contains(found)
  }

  private static func measured(_ point: QualityControls.Point, in extract: LotExtract) -> LotExtract.Measured? {
    extract.measured.first { $0.name.text == point.title || $0.name.text == point.name }
  }

  /// The value that a point gets. What the record does not say is not made up.
  static func value(
    of point: QualityControls.Point, in extract: LotExtract, _ control: String
  ) throws(DeliveryStop) -> TrytonValue {
    guard let measured = measured(point, in: extract) else {
      throw .blocked(
        "the ERP's control \"\(control)\" asks for \"\(point.title)\", and the record of \(extract.lot) has no "
          + "characteristic of that name; enter the inspection in the ERP, then release")
    }
    switch point.kind {
    case "boolean": return .flag(measured.isWithin)
    case "integer":
      // A rounded value could pass where the measured one does not.
      guard let whole = Int64(exactly: decisive(measured, point)) else {
        throw .blocked(
          "the ERP's control \"\(control)\" takes whole numbers for \"\(point.title)\", the record of \(extract.lot) has "
            + "\(decisive(measured, point)); make it a point with decimals there or enter the inspection there, then release"
        )
      }
      return .integer(whole)
    case "numeric": return .decimal("\(decisive(measured, point))")
    default: return .number(decisive(measured, point))
    }
  }

  static func decisive(_ measured: LotExtract.Measured, _ point: QualityControls.Point) -> Double {
    guard point.low != nil || point.high != nil else { return measured.worst }
    func margin(_ value: Double) -> Double {
      min(point.low.map { value - $0 } ?? .infinity, point.high.map { $0 - value } ?? .infinity)
    }
    return margin(measured.lowest) <= margin(measured.highest) ? measured.lowest : measured.highest
  }
}
