import Console
import Shopfloor

/// The comparison with the ERP as a person reads it in a terminal.
struct ComparisonText {
  let status: ComparisonStatus

  init(_ status: ComparisonStatus) { self.status = status }

  /// For `lotwire status`: the last one, the one that goes on or comes, and what keeps it.
  var lines: [String] {
    var words = [status.last.map(ended) ?? Self.none]
    if let current = status.current {
      words.append(goingOn(current))
    } else if let next = status.nextAt {
      words.append(Words("the next one begins at \(next)", "下一次核对开始于 \(next)"))
    }
    if status.differingNow > 0 {
      words.append(
        Words(
          "\(Self.deliveries(status.differingNow)) differed when last looked at; \"lotwire outbox compare --wait\" lists "
            + "them", "最近核对时有 \(status.differingNow) 项不符；“lotwire outbox compare --wait” 可列出"))
    }
    return words.map { "             \($0.english) / \($0.chinese)" }
      + (status.problem.map { ["             compares nothing at present / 目前无法核对: \($0)"] } ?? [])
  }

  private static let none = Words(
    "compared with the ERP: no comparison of everything has ended yet", "与 ERP 核对：尚未完成过全面核对")

  func ended(_ whole: ComparisonStatus.Whole) -> Words {
    let at = whole.endedAt ?? whole.begunAt
    return Words(
      "compared with the ERP: everything last on \(at): \(Self.counts(whole).english)",
      "与 ERP 核对：上次全面核对完成于 \(at)：\(Self.counts(whole).chinese)")
  }

  func goingOn(_ whole: ComparisonStatus.Whole) -> Words {
    Words(
      "a comparison goes on since \(whole.begunAt): \(Self.counts(whole).english) so far",
      "核对进行中，开始于 \(whole.begunAt)：目前\(Self.counts(whole).chinese)")
  }

  static func counts(_ whole: ComparisonStatus.Whole) -> Words {
    Words(
      "\(deliveries(whole.compared)) compared, \(whole.differing) differ, \(whole.incomparable) could not be compared",
      "已核对 \(whole.compared) 项，\(whole.differing) 项不符，\(whole.incomparable) 项无法核对")
  }

  private static func deliveries(_ count: Int) -> String { count == 1 ? "1 delivery" : "\(count) deliveries" }
}

/// What a comparison found, for `lotwire outbox compare`.
struct ComparisonReportText {
  let findings: ComparisonFindings

  init(_ findings: ComparisonFindings) { self.findings = findings }

  /// Whether there is nothing that a person must look at.
  var isClean: Bool {
    guard let last = findings.status.last else { return false }
    return last.differing == 0 && last.incomparable == 0
  }

  var text: String {
    let status = ComparisonText(findings.status)
    var lines = [status.lines[0].trimmingLeadingBlanks]
    if let current = findings.status.current {
      lines.append("\(status.goingOn(current).english) / \(status.goingOn(current).chinese)")
    }
    lines += findings.drifts.flatMap { drift in
      ["row \(drift.outboxRow): \(drift.words.english)", "  \(drift.words.chinese)"]
    }
    lines += findings.passedOver.map { passed in
      let reason = displayable(passed.reason, maximumCharacters: 1_000)
      return "row \(passed.row) (\(displayable(passed.key))) could not be compared / 无法核对: \(reason)"
    }
    if findings.isIncomplete {
      lines.append(
        "More was found than is listed here; the history of the recorder in the ledger has all of it. / "
          + "发现的内容多于此处所列，完整内容见账本中的记录。")
    }
    return lines.joined(separator: "\n")
  }
}

extension String {
  fileprivate var trimmingLeadingBlanks: String { String(drop { $0 == " " }) }
}
