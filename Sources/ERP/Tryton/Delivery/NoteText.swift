import BatchRecord
import Ledger
import Shopfloor

/// What notes in the ERP say to people, in English and Chinese.
enum NoteText {
  static func report(_ report: ProductionReportMessage) -> String {
    let who = report.person.map { " (\($0))" } ?? report.alarm.map { " (\($0))" } ?? ""
    let place = report.station.map { " @ \($0)" } ?? ""
    switch report.report {
    case .operation:
      let words =
        report.completedOperation == false ? Words("interrupted", "已中断") : Words("completed", "已完成")
      let from = report.startedAt ?? "-"
      let to = report.endedAt ?? report.at
      let operation = report.operation?.text ?? "-"
      return both(
        Words(
          "Lot \(report.lot): operation \(operation)\(place) \(words.english)\(who), \(from) - \(to)",
          "批次 \(report.lot)：工序 \(operation)\(place) \(words.chinese)\(who)，\(from) - \(to)"))
    case .quantities:
      let unit = report.unit ?? ""
      func list(_ rejected: [ProductionReportMessage.Rejected]?) -> String {
        let found = (rejected ?? []).map { "\($0.quantity) \(unit) (\($0.reason))" }
        return found.isEmpty ? "0" : found.joined(separator: ", ")
      }
      let good = report.good.map { "\($0) \(unit)" } ?? "-"
      let operation = report.operation?.text ?? "-"
      return both(
        Words(
          "Lot \(report.lot), \(operation)\(who): good \(good); scrap \(list(report.scrap)); rework \(list(report.rework))",
          "批次 \(report.lot)，\(operation)\(who)：合格 \(good)；报废 \(list(report.scrap))；返工 \(list(report.rework))"))
    case .hold:
      return both(
        Words(
          "Lot \(report.lot) is on hold\(who): \(report.reason ?? "-")",
          "批次 \(report.lot) 已冻结\(who)：\(report.reason ?? "-")"))
    case .holdLifted:
      return both(
        Words(
          "The hold of lot \(report.lot) is lifted\(who): \(report.reason ?? "-")",
          "批次 \(report.lot) 已解除冻结\(who)：\(report.reason ?? "-")"))
    }
  }

  static func movement(_ movement: MaterialMovement) -> String {
    let who = " (\(movement.person))"
    let quantity = movement.quantity.map { ", \($0)" } ?? ""
    let supplier = movement.supplierLot.map { Words(", supplier lot \($0)", "，供应商批号 \($0)") } ?? Words("", "")
    let order = movement.order.map { ", \($0)" } ?? ""
    let reason = movement.reason.map { ": \($0)" } ?? ""
    let name = name(movement.undoes?.movement ?? movement.movement)
    let undone = movement.undoes.map { Words("taken back: ", "撤销：\($0.at) ") } ?? Words("", "")
    let rest = "\(quantity)\(order)"
    return both(
      Words(
        "Material lot \(movement.materialLot), \(undone.english)\(name.english)\(rest)\(supplier.english), "
          + "\(movement.at)\(who)\(reason)",
        "物料批 \(movement.materialLot)，\(undone.chinese)\(name.chinese)\(rest)\(supplier.chinese)，"
          + "\(movement.at)\(who)\(reason)"))
  }

  /// When the release, quarantine or block was that a line of a note of ``movement(_:)`` tells of; nil: it tells of none.
  static func timeOfDisposition(_ line: some StringProtocol) -> Timestamp? {
    guard line.hasPrefix("Material lot ") else { return nil }
    return [.release, .quarantine, .block].lazy.compactMap { (step: MaterialMovement.Name) -> Timestamp? in
      guard let place = line.firstRange(of: ", \(name(step).english), ") else { return nil }
      return Timestamp(iso8601: String(line[place.upperBound...].prefix { $0 != " " }))
    }.first
  }

  static func record(_ extract: LotExtract) -> String {
    let good = extract.good.map { "\($0) \(extract.unit)" } ?? "-"
    return both(
      Words(
        "Batch record of lot \(extract.lot), revision \(extract.revision): good \(good), "
          + "exceptions \(extract.exceptionCount)",
        "批次 \(extract.lot) 的批记录，版本 \(extract.revision)：合格 \(good)，异常 \(extract.exceptionCount)"))
  }

  static func formerExpiry(_ lot: String, _ expiry: String?, _ shelfLife: String?) -> String {
    let (until, life) = (expiry ?? "-", shelfLife ?? "-")
    return both(
      Words(
        "Lot \(lot): expiry was \(until), end of shelf life \(life); now from the end of the last run in the batch record",
        "批次 \(lot)：原有效期 \(until)，原保质期截止 \(life)；现按批记录中最后一次运行结束时间计算"))
  }

  private static func name(_ movement: MaterialMovement.Name) -> Words {
    switch movement {
    case .receipt: Words("received", "收货")
    case .release: Words("released", "放行")
    case .quarantine: Words("quarantined", "隔离")
    case .block: Words("blocked", "冻结")
    case .pick: Words("picked", "拣料")
    case .unpick: Words("given back", "退料")
    case .consumption: Words("consumed", "消耗")
    case .undo: Words("corrected", "更正")
    }
  }

  private static func both(_ words: Words) -> String { "\(words.english)\n\(words.chinese)" }
}
