import Testing

@testable import MQTT

@Suite struct SparkplugTopicTests {
  @Test(
    arguments: [
      ("spBv1.0/plant/NBIRTH/cell", .message(.nodeBirth, SparkplugAddress(group: "plant", edgeNode: "cell"))),
      ("spBv1.0/plant/NDEATH/cell", .message(.nodeDeath, SparkplugAddress(group: "plant", edgeNode: "cell"))),
      ("spBv1.0/plant/NCMD/cell", .message(.nodeCommand, SparkplugAddress(group: "plant", edgeNode: "cell"))),
      (
        "spBv1.0/plant/DDATA/cell/oven 2",
        .message(.deviceData, SparkplugAddress(group: "plant", edgeNode: "cell", device: "oven 2"))
      ),
      ("spBv1.0/STATE/lotwire", .state(host: "lotwire")),
    ] as [(String, SparkplugTopic)])
  func topicsOfTheNamespaceAreRead(_ text: String, _ topic: SparkplugTopic) {
    #expect(SparkplugTopic(text) == topic)
    #expect(topic.text == text)
  }

  @Test(arguments: [
    "", "spBv1.0", "spBv1.0/plant", "spBv1.0/plant/NBIRTH", "spBv1.0/plant/NBIRTH/", "spBv1.0//NBIRTH/cell",
    "spBv1.0/plant/NBIRTH/cell/oven", "spBv1.0/plant/DBIRTH/cell", "spBv1.0/plant/DBIRTH/cell/oven/more",
    "spBv1.0/plant/nbirth/cell", "spBv1.0/plant/XDATA/cell", "spAv1.0/plant/NBIRTH/cell", "STATE/lotwire",
    "spBv1.0/STATE/", "spBv1.0/STATE/a/b", "spBv1.0/plant/NDATA/+", "spBv1.0/plant/#",
  ])
  func othersAreNot(_ text: String) {
    #expect(SparkplugTopic(text) == nil)
  }

  @Test func namesOfTopicsHaveNoSeparators() {
    #expect(SparkplugTopic.isName("Zelle 4.α"))
    for name in ["", "a/b", "a+", "#", "a\u{0}"] { #expect(!SparkplugTopic.isName(name)) }
    #expect(SparkplugAddress(group: "g", edgeNode: "e", device: "d").description == "g/e/d")
    #expect(SparkplugAddress(group: "g", edgeNode: "e", device: "d").node.description == "g/e")
  }
}
