import Testing

@testable import MQTT

@Suite("Settings of mosquitto") struct MosquittoSettingsTests {
  @Test("what Debian delivers keeps too little")
  func asDelivered() {
    var settings = MosquittoSettings()
    settings.read(
      """
      # Place your local configuration in /etc/mosquitto/conf.d/
      pid_file /run/mosquitto/mosquitto.pid

      persistence true
      persistence_location /var/lib/mosquitto/
      include_dir /etc/mosquitto/conf.d
      """, file: "mosquitto.conf")
    #expect(settings.isPersistent && settings.autosaveInterval == 1_800 && !settings.savesByChanges)
    #expect(settings.maximumQueuedMessages == 1_000 && settings.maximumInflightMessages == 20)
    #expect(settings.folders == ["/etc/mosquitto/conf.d"])
    #expect(settings.values["persistence"]?.line == 4)
  }

  @Test("the last value of a setting holds, with the place where it stands")
  func lastHolds() {
    var settings = MosquittoSettings()
    settings.read("max_queued_messages 500\nautosave_interval 60\n", file: "a")
    settings.read("  max_queued_messages\t 0 \r\n#autosave_interval 1\n  # no comment, an unknown word\n", file: "b")
    #expect(settings.maximumQueuedMessages == 0 && settings.values["max_queued_messages"]?.file == "b")
    #expect(settings.autosaveInterval == 60)
  }

  @Test(
    "what is not understood changes nothing",
    arguments: ["max_queued_messages", "max_queued_messages many", "\u{0}", ""])
  func senseless(text: String) {
    var settings = MosquittoSettings()
    settings.read(text, file: "a")
    #expect(settings.maximumQueuedMessages == 1_000)
  }
}
