import Shopfloor
import Testing

@testable import ERP

/// What is written down about access, from what goes through and what is refused.
@Suite struct AccessNotesTests {
  private enum Step {
    case goes(ERPStatus.Activity)
    case refused(ERPStatus.Activity)
    case certificate(ERPStatus.Activity)
    case fails(ERPFailure.Code, ERPStatus.Activity)
    case nothingWaits
  }

  /// The kinds that were written after each step, by their raw values.
  private func written(_ steps: [Step], saysRefusals: Bool = true) -> [[String]] {
    var notes = AccessNotes(saysRefusals: saysRefusals)
    return steps.map { step in
      switch step {
      case .goes(let activity): notes.succeeded(activity)
      case .refused(let activity): notes.failed(failure(.unauthorized), activity)
      case .certificate(let activity): notes.failed(failure(.unauthorized, isAboutCertificate: true), activity)
      case .fails(let code, let activity): notes.failed(failure(code), activity)
      case .nothingWaits: notes.nothingWaits()
      }
      let due = notes.due
      for note in due { notes.wrote(note) }
      #expect(notes.due.isEmpty)
      return due.map(\.kind.rawValue)
    }
  }

  private func failure(_ code: ERPFailure.Code, isAboutCertificate: Bool = false) -> ERPFailure {
    var failure = ERPFailure(code, problem: "HTTP 401: no certificate of baptism", remedy: "Mend it")
    failure.isAboutCertificate = isAboutCertificate
    return failure
  }

  private let refused = ["credentialRefused"]
  private let accepted = ["credentialAccepted"]

  @Test func theFirstSuccessSaysThatWeAreLetInAndNoOther() {
    #expect(written([.goes(.work), .goes(.delivery), .goes(.work)]) == [accepted, [], []])
    #expect(written([.fails(.unreachable, .work), .goes(.work)]) == [[], accepted])
  }

  @Test func eachChangeIsWrittenOnce() {
    #expect(
      written([.goes(.work), .refused(.work), .refused(.work), .goes(.work), .goes(.work)])
        == [accepted, refused, [], accepted, []])
    #expect(written([.refused(.work), .goes(.work)]) == [refused, accepted])
  }

  @Test func whatOneActivityMayDoSaysNothingOfAnother() {
    #expect(
      written([.refused(.delivery), .goes(.work), .goes(.comparison), .goes(.delivery)])
        == [refused, [], [], accepted])
    #expect(
      written([.refused(.delivery), .refused(.comparison), .goes(.delivery), .goes(.comparison)])
        == [refused, [], [], accepted])
    // Nothing is left that could be let in.
    #expect(written([.refused(.delivery), .goes(.work), .nothingWaits]) == [refused, [], accepted])
    #expect(written([.refused(.delivery), .nothingWaits, .goes(.work)]) == [refused, [], accepted])
  }

  @Test func certificates() {
    #expect(
      written([.certificate(.work), .certificate(.delivery), .goes(.work)])
        == [["certificateRefused"], [], ["certificateAccepted", "credentialAccepted"]])
    // Whoever looks at the credential accepted the certificate before.
    #expect(
      written([.certificate(.work), .refused(.work), .goes(.work)])
        == [["certificateRefused"], ["certificateAccepted", "credentialRefused"], accepted])
  }

  @Test func otherFailuresSayNothingOfAccess() {
    for code in ERPFailure.Code.allCases where code != .unauthorized {
      #expect(written([.fails(code, .work)]) == [[]])
      #expect(written([.refused(.work), .fails(code, .work), .goes(.work)]) == [refused, [], accepted])
    }
  }

  @Test func aConnectorThatWritesItsRefusalsIsNotRepeated() {
    #expect(
      written([.refused(.work), .certificate(.work), .goes(.work), .refused(.work), .goes(.work)], saysRefusals: false)
        == [[], [], accepted, [], []])
  }

  @Test func whatWasNotDurableIsStillDue() {
    var notes = AccessNotes(saysRefusals: true)
    notes.failed(failure(.unauthorized), .work)
    #expect(notes.due == notes.due && notes.due.map(\.kind) == [.credentialRefused])
    // Over before it could be written: there is nothing to be told any more but that we are let in.
    notes.succeeded(.work)
    #expect(notes.due.map(\.kind) == [.credentialAccepted])
  }
}
