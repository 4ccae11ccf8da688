public import Shopfloor

/// A sealed record in plain words, for a terminal. Says what the file says; whether that is to be believed, the
/// verifier says.
public struct RecordSummary: Sendable {
  private let record: LenientJSON
  private let seal: LenientJSON

  /// - Throws: Where the bytes are no JSON of a record.
  public init(sealedBytes: [UInt8]) throws(CanonicalJSONFault) {
    let file = LenientJSON(try CanonicalJSONParser.parse(sealedBytes))
    record = file["record"]
    seal = file["seal"]
  }

  public init(_ document: BatchRecordDocument) {
    record = LenientJSON(document.record)
    seal = LenientJSON(.null)
  }

  public func text(in language: Language) -> String {
    let say = Phrasebook(language: language)
    var lines = heading(say)
    lines += section(say("Runs", "运行"), record["runs"].list.map { run($0, say) })
    lines += section(say("Materials", "物料"), record["materials"].list.map { material($0, say) })
    // Records before version 7 have none.
    let counts = record["quantities"].list
    if !counts.isEmpty { lines += section(say("Quantities", "数量"), counts.map { count($0, say) }) }
    // Records before version 4 have none.
    let plans = record["controlPlans"].list
    if !plans.isEmpty { lines += section(say("Control plans", "控制计划"), plans.map { controlPlan($0, say) }) }
    lines += section(say("Characteristics", "特性值"), characteristics(say))
    lines += section(say("Alarms", "报警"), record["alarms"].list.map { alarm($0, say) })
    lines += section(say("To be reviewed", "待审核事项"), record["exceptions"].list.map { exception($0, say) })
    let nothing = record["checkedNothingFound"].list.map { $0["words"][language.rawValue].shown }
    lines += section(say("Checked, nothing found", "已检查，未发现"), nothing)
    lines.append("")
    lines.append(sealLine(say))
    return lines.joined(separator: "\n") + "\n"
  }

  private func heading(_ say: Phrasebook) -> [String] {
    let order = record["workOrder"]
    let people = record["people"].list.map { "\($0["name"].shown) (\($0["id"].shown))" }
    return [
      say("Batch record of lot", "批记录，批次") + " \(record["lot"].shown), "
        + say("revision", "版本") + " \(record["revision"].shown)",
      say("Product", "产品") + ": \(record["product"]["name"].shown) (\(record["product"]["item"].shown))",
      say("Work order", "工单") + ": \(order["number"].shown), \(order["quantity"].shown) \(order["unit"].shown)",
      say("Line", "产线") + ": \(record["site"].shown) / \(record["line"].shown)",
      say("People", "人员") + ": " + (people.isEmpty ? "-" : people.joined(separator: ", ")),
      say("Readings", "读数") + ": \(record["readings"]["count"].shown). "
        + record["readings"]["words"][say.language.rawValue].shown,
    ]
  }

  private func section(_ title: String, _ lines: [String]) -> [String] {
    ["", title + " (\(lines.count))"] + lines.map { "  " + $0 }
  }

  private func run(_ run: LenientJSON, _ say: Phrasebook) -> String {
    let lots = run["lots"].list.map(\.shown).joined(separator: ", ")
    let end = run["end"].isNull ? say("not ended", "未结束") : run["end"]["text"].shown
    return "\(run["operation"].shown) @ \(run["station"].shown): \(run["start"]["text"].shown) – \(end), "
      + say("by", "操作人") + " \(run["startedBy"].shown), " + say("lots", "批次") + " \(lots)"
  }

  private func material(_ material: LenientJSON, _ say: Phrasebook) -> String {
    let quantity = material["quantity"].isNull ? "" : ", \(material["quantity"].shown)"
    let serial = material["serial"].isNull ? "" : ", " + say("serial", "序列号") + " \(material["serial"].shown)"
    return "\(material["item"].shown), " + say("lot", "批") + " \(material["materialLot"].shown)\(quantity)\(serial), "
      + "\(material["at"]["text"].shown), \(material["person"].shown)\(origin(material, say))"
  }

  private func count(_ count: LenientJSON, _ say: Phrasebook) -> String {
    func rejected(_ list: LenientJSON) -> String {
      let parts = list.list.map { "\($0["quantity"].shown) (\($0["reason"].shown))" }
      return parts.isEmpty ? "0" : parts.joined(separator: ", ")
    }
    var words =
      "\(count["operation"].shown): " + say("good", "合格") + " \(count["good"].isNull ? "-" : count["good"].shown), "
      + say("scrap", "报废") + " \(rejected(count["scrap"])), " + say("rework", "返工") + " \(rejected(count["rework"])); "
      + "\(count["at"]["text"].shown), \(count["person"].shown)"
    if !count["correction"].isNull { words += "; " + say("corrected", "更正") + ": \(count["correction"].shown)" }
    if count["replaced"].shown == "true" { words += "; " + say("replaced later", "已被替代") }
    return words
  }

  /// The maker's lot, what it stands in for, for whom it was picked (from version 7 on), and whether it was taken back;
  /// records before version 3 say none of it.
  private func origin(_ material: LenientJSON, _ say: Phrasebook) -> String {
    var words = ""
    let lot = material["supplierLot"]
    let item = material["substituteFor"]
    if !lot.isNull { words += "; " + say("maker's lot", "厂商批号") + " \(lot.shown)" }
    if !item.isNull { words += "; " + say("instead of", "替代") + " \(item.shown)" }
    let shares = material["fromPicked"].list.map { share in
      say(
        "\(share["quantity"].shown) of it from the picking of \(share["workOrder"].shown)",
        "其中 \(share["quantity"].shown) 来自 \(share["workOrder"].shown) 的拣料")
    }
    if !shares.isEmpty { words += say("; ", "；") + shares.joined(separator: say(", ", "，")) }
    if material["undone"].shown == "true" { words += "; " + say("taken back", "已撤销") }
    return words
  }

  /// One line a characteristic: number of points, lowest and highest, its specification and control limits.
  private func characteristics(_ say: Phrasebook) -> [String] {
    record["runs"].list.flatMap { run in
      run["characteristics"].list.map { one in
        let values = one["points"].list.compactMap { $0["value"].decimal }
        let low = values.min().flatMap(DecimalText.of) ?? "-"
        let high = values.max().flatMap(DecimalText.of) ?? "-"
        let specification = one["specification"]
        let chart = one["chart"]
        return "\(one["name"].shown) @ \(run["station"].shown): \(values.count) "
          + say("points", "点") + ", \(low) … \(high) \(one["unit"].shown); "
          + say("specification", "规格") + " [\(specification["low"].shown), \(specification["high"].shown)]; "
          + say("control limits", "控制限")
          + " [\(chart["lowerControlLimit"].shown), \(chart["upperControlLimit"].shown)]"
      }
    }
  }

  private func alarm(_ alarm: LenientJSON, _ say: Phrasebook) -> String {
    let answer = alarm["acknowledgement"]
    let answerText =
      answer.isNull
      ? say("not acknowledged", "未确认")
      : say("acknowledged by", "确认人") + " \(answer["person"].shown): \(answer["cause"].shown)"
    return "\(alarm["raised"]["text"].shown) \(alarm["source"].shown) @ \(alarm["station"].shown): "
      + "\(alarm["rule"][say.language.rawValue].shown), \(alarm["value"].shown) \(alarm["unit"].shown); \(answerText)"
      + reaction(alarm, say)
  }

  private func controlPlan(_ plan: LenientJSON, _ say: Phrasebook) -> String {
    "\(plan["number"].shown) " + say("version", "版本") + " \(plan["version"].shown), \(plan["title"].shown); "
      + say("written by", "编制") + " \(plan["author"].shown), " + say("approved by", "批准")
      + " \(plan["approvedBy"].shown)"
  }

  /// What was done beside the acknowledgement; records before version 4 say none of it.
  private func reaction(_ alarm: LenientJSON, _ say: Phrasebook) -> String {
    var words = ""
    let code = alarm["acknowledgement"]["causeCode"]
    let action = alarm["acknowledgement"]["actionCode"]
    if !code.isNull { words += "; " + say("cause", "原因") + " \(code.shown)" }
    if !action.isNull { words += "; " + say("action", "措施") + " \(action.shown)" }
    for step in alarm["reaction"]["steps"].list {
      words +=
        "; " + say("step", "步骤") + " \(step["step"].shown) \(step["words"][say.language.rawValue].shown): "
        + "\(step["outcome"].shown) (\(step["person"].shown))"
    }
    for rung in alarm["escalations"].list {
      words += "; " + say("escalated to", "已升级至") + " \(rung["to"].shown)"
    }
    return words
  }

  private func exception(_ exception: LenientJSON, _ say: Phrasebook) -> String {
    let severity =
      switch exception["severity"].shown {
      case ExceptionKind.Severity.violation.rawValue: say("violation", "违规")
      case ExceptionKind.Severity.warning.rawValue: say("warning", "警告")
      default: say("information", "提示")
      }
    return "[\(severity)] \(exception["at"]["text"].shown) \(exception["words"][say.language.rawValue].shown)"
  }

  private func sealLine(_ say: Phrasebook) -> String {
    guard !seal.isNull else { return say("Not sealed.", "尚未封存。") }
    return say("Sealed by key", "封存密钥") + " \(seal["keyID"].shown), SHA-256 \(seal["digestSHA256"].shown)"
  }
}

private struct Phrasebook {
  let language: Language

  func callAsFunction(_ english: String, _ chinese: String) -> String { Words(english, chinese).text(in: language) }
}
