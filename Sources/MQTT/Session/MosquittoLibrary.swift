import CMosquitto

/// libmosquitto as a whole: started once for the process.
enum MosquittoLibrary {
  /// Versions on which was tested what the library does not promise (SessionTests, MosquittoClientTests, and the daemon
  /// killed at random instants):
  /// - the PUBACK that the library makes before our callback leaves only with `mosquitto_loop_write`
  ///   (`mosquitto_threaded_set(true)`, lib/packet_mosq.c), in MQTT 3.1.1 and 5, with and without TLS;
  /// - the properties of a refused `mosquitto_connect_bind_v5` go out with the next `mosquitto_connect_async`
  ///   (lib/connect.c), without which a session of MQTT 5 ends with its connection;
  /// - a client that is destroyed sends nothing of what it has queued.
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

  /// What a technician should know about the version that runs; nil where it is a tested one.
  static var versionNote: String? { note(on: version) }

  static func note(on version: String) -> String? {
    testedVersions.contains(version)
      ? nil
      : "libmosquitto \(version) is not among the versions on which the order of acknowledgements was tested "
        + "(\(testedVersions.joined(separator: ", "))); run `make test` with it"
  }
}
