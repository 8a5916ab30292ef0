import Testing

@testable import Search

@Suite struct QueryTextTests {
    @Test(
        "phrases in quotes are taken apart from the words for the model",
        arguments: [
            ("dog on a beach", "dog on a beach", []),
            ("  two   spaces ", "two spaces", []),
            ("\"IMG 12\"", "", ["IMG 12"]),
            ("dog \"IMG\" beach “holiday”", "dog beach", ["IMG", "holiday"]),
            ("собака «отпуск 2023»", "собака", ["отпуск 2023"]),
            ("a 5\" nail", "a 5\" nail", []),
            ("\"\" dog", "dog", []),
            ("", "", []),
        ] as [(String, String, [String])])
    func parts(text: String, meaning: String, phrases: [String]) {
        let query = QueryText(text)
        #expect(query.meaning == meaning)
        #expect(query.phrases == phrases)
    }
}
