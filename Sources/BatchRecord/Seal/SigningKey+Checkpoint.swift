extension SigningKey {
  /// The Ed25519 signature of the text of a ledger's checkpoint (C2SP signed-note). Such a text begins with the name of
  /// the line, the message under a record's seal with "{": neither can stand for the other.
  public func signature(ofCheckpoint text: [UInt8]) throws -> [UInt8] {
    precondition(text.first != UInt8(ascii: "{"), "a checkpoint begins with its origin")
    return try signature(of: text)
  }
}
