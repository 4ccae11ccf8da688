/// The record and the seal of a file whose format is known.
struct SealedParts {
  let record: DocumentPlace
  let seal: DocumentPlace
  let lot: String
  let revision: Int64
  let version: Int64

  init(_ root: DocumentPlace) throws(Misfit) {
    // Nothing may stand beside the record and the seal, where no signature would cover it.
    try root.requireMembers(["record", "seal"])
    record = try root.member("record")
    seal = try root.member("seal")
    let format = try record.member("format")
    try format.member("name").require(.string(BatchRecordFormat.name))
    version = try format.member("version").integer()
    guard BatchRecordFormat.knownVersions.contains(version) else {
      throw try format.member("version").misfit("a version from 1 to \(BatchRecordFormat.version)")
    }
    try seal.requireMembers([
      "domain", "digestAlgorithm", "digestSHA256", "signatureAlgorithm", "keyID", "publicKey", "signature",
    ])
    try seal.member("domain").require(.string(BatchRecordFormat.sealDomain))
    try seal.member("digestAlgorithm").require(.string(BatchRecordFormat.digestAlgorithm))
    try seal.member("signatureAlgorithm").require(.string(BatchRecordFormat.signatureAlgorithm))
    lot = try record.member("lot").text()
    revision = try record.member("revision").integer()
  }

  private func publicKey() throws(Misfit) -> VerifyingKey {
    let place = try seal.member("publicKey")
    guard let bytes = Base64.bytes(of: try place.text()), let key = VerifyingKey(bytes: bytes) else {
      throw place.misfit("\(VerifyingKey.byteCount) bytes in base64")
    }
    return key
  }

  func checkSignature() throws(Misfit) {
    let key = try publicKey()
    let digest = try seal.member("digestSHA256").text()
    let place = try seal.member("signature")
    let message = RecordSeal.message(lot: lot, revision: revision, digestSHA256: digest, version: version)
    guard let signature = Base64.bytes(of: try place.text()), key.isValid(signature: signature, of: message) else {
      throw place.misfit("a signature by key \(key.keyID) of " + String(decoding: message, as: UTF8.self))
    }
  }

  /// The key in the file, whose id must be its own.
  func checkKey() throws(Misfit) -> VerifyingKey {
    let key = try publicKey()
    try seal.member("keyID").require(.string(key.keyID))
    return key
  }
}
