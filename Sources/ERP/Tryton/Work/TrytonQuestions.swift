import Shopfloor

/// Asks Tryton for records, page by page.
struct TrytonQuestions: Sendable {
  let calls: any TrytonCalls

  /// Records of one answer. An order comes with its bill of materials, so that few are enough.
  static let pageRows = 100

  /// Why a subject could not be asked for: Tryton refused the question.
  struct Refused: Error {
    var refusal: TrytonRefusal
  }

  enum Trouble: Error {
    case failed(ERPFailure)
    case refused(TrytonRefusal)
  }

  /// All records that fit, in the order of their ids.
  ///
  /// - Parameter maximum: more are refused: nothing is cut off silently.
  func all(
    _ model: String, _ domain: TrytonValue, _ fields: [String], maximum: Int,
    context: [String: TrytonValue] = [:]
  ) async throws(Trouble) -> [TrytonRow] {
    var rows: [TrytonRow] = []
    while true {
      let last = rows.last?.id ?? 0
      let next = TrytonDomain.all([domain, TrytonDomain.clause("id", ">", .integer(last))])
      let page = try await page(model, next, fields, context)
      guard page.allSatisfy({ $0.id > last }) else {
        throw .failed(unexpected(model, "its answer repeats records that it gave before"))
      }
      rows += page
      guard rows.count <= maximum else {
        throw .failed(unexpected(model, "there are more than \(maximum) records of it that are open or changed"))
      }
      if page.count < Self.pageRows { return rows }
    }
  }

  private func page(
    _ model: String, _ domain: TrytonValue, _ fields: [String], _ context: [String: TrytonValue]
  ) async throws(Trouble) -> [TrytonRow] {
    let answer: TrytonAnswer
    do throws(ERPFailure) {
      answer = try await calls.call(
        "\(model).search_read",
        [
          domain, .integer(0), .integer(Int64(Self.pageRows)), .list([.list([.text("id"), .text("ASC")])]),
          .list(fields.map { .text($0) }),
        ], context: context)
    } catch {
      throw .failed(error)
    }
    switch answer {
    case .refused(let refusal): throw .refused(refusal)
    case .value(.list(let elements)):
      let rows = elements.compactMap { TrytonRow($0) }
      guard rows.count == elements.count, rows.allSatisfy({ $0.id > 0 }) else {
        throw .failed(unexpected(model, "its answer holds something that is no record"))
      }
      return rows
    case .value: throw .failed(unexpected(model, "its answer is no list of records"))
    }
  }

  private func unexpected(_ model: String, _ problem: String) -> ERPFailure {
    ERPFailure(
      .unexpectedAnswer, problem: "could not read \(model) of the ERP: \(problem)",
      remedy: "Ask the ERP's administrator; nothing of it was taken over")
  }
}
