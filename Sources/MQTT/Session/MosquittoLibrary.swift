import CMosquitto

/// libmosquitto as a whole: started once for the process.
enum MosquittoLibrary {
  /// Versions whose order of acknowledgements was tested: the PUBACK that the library makes before our callback leaves
  /// only with `mosquitto_loop_write`. The library does not document it; SessionTests hold it.
  static let testedVersions = ["2.0.11"]

  private static let startCode: Int32 = mosquitto_lib_init()

  static func start() throws(MQTTPlanFault) {
    guard startCode == Int32(MOSQ_ERR_SUCCESS.rawValue) else { throw .libraryNotStarted(code: startCode) }
  }

  static var version: String {
    var major: Int32 = 0
    var minor: Int32 = 0
    var revision: Int32 = 0
    mosquitto_lib_version(&major, &minor, &revision)
    return "\(major).\(minor).\(revision)"
  }

  /// What a technician should know about the version; nil where it is a tested one.
  static var versionNote: String? {
    testedVersions.contains(version)
      ? nil
      : "libmosquitto \(version) is not among the tested versions (\(testedVersions.joined(separator: ", ")))"
  }
}
