import ArgumentParser
import Foundation
import Ledger
import Shopfloor

struct LedgerProofCheckCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "proof-check",
    abstract: "Check the proof of a lot without ledger or daemon; name what does not hold.",
    discussion: """
      Without --key anybody may have made the file: give the plant's public key, from "lotwire key", to know that this \
      plant did.
      """)

  @Argument(help: "The proof, as \"lotwire ledger proof\" wrote it.")
  var file: String

  @Option(help: "File with the line's public key (PEM or base64).")
  var key: String?

  @Flag(help: "Answer in Chinese.")
  var chinese = false

  func run() async throws {
    try await reporting {
      // Why it cannot be read is of no use beyond the sentence below.
      guard let bytes = try? Data(contentsOf: URL(fileURLWithPath: file)) else {
        throw CommandFailure("\(file) cannot be read. Check the path and that this user may read it.", EX_NOINPUT)
      }
      // Whatever it is: it is no proof.
      guard let proof = try? LotProof(fileBytes: [UInt8](bytes)) else {
        throw CommandFailure("\(file) is not the proof of a lot.", EX_DATAERR)
      }
      let problems = proof.problems(publicKey: try key.map { try LedgerKey.read($0) })
      for problem in problems { printLine(problem.text(in: chinese ? .chinese : .english)) }
      guard problems.isEmpty else { throw CommandFailure("\(file) does not prove lot \(proof.lot).", EX_DATAERR) }
      let signed = key == nil ? "signatures not checked, for no key was given" : "signed with this key"
      let signedChinese = key == nil ? "未提供密钥，未检查签名" : "由该密钥签名"
      printLine(
        Words(
          "lot \(proof.lot) is proven: \(proof.leaves.count) leaves, \(signed)",
          "批次 \(proof.lot) 已证明：\(proof.leaves.count) 个叶，\(signedChinese)"
        ).text(in: chinese ? .chinese : .english))
    }
  }
}
