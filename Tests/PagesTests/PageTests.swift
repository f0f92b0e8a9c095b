import Foundation
import Testing

@testable import Pages

@Suite struct PageTests {
    @Test func textsAreEscaped() {
        #expect(Page.escaped("<a href=\"x\">&'\0") == "&lt;a href=&quot;x&quot;&gt;&amp;&#39;\u{FFFD}")
        let page = Page(title: "</title><script>alert(1)</script>", body: "<p>body</p>").html
        #expect(page.contains("<title>&lt;/title&gt;&lt;script&gt;alert(1)&lt;/script&gt;</title>"))
        #expect(page.contains("<p>body</p>"))
    }

    @Test(arguments: ["</script><script>alert(1)</script>", "<!--<script>", "]]>", "a\"b\\c\n\u{2028}\u{1F600}"])
    func jsonEndsNoScript(text: String) throws {
        let json = String(decoding: try JSONEncoder().encode(["name": text]), as: UTF8.self)
        let embedded = Page.embedded(json: json)
        for end in ["<", ">", "&"] { #expect(!embedded.contains(end)) }
        let back = try JSONDecoder().decode([String: String].self, from: Data(embedded.utf8))
        #expect(back == ["name": text])
    }

    /// The end of a text is where it is, whatever escapes are in it.
    @Test(arguments: ["x", "é", "\"", "\\", "\u{1F600}", "\u{1}"])
    func longTextsAreCut(character: String) throws {
        let exact = String(repeating: character, count: Page.longestText)
        for (text, expected) in [(exact, exact), (exact + "y", exact + "…"), (exact + exact + "\\", exact + "…")] {
            let json = String(decoding: try JSONEncoder().encode([text, "next"]), as: UTF8.self)
            let back = try JSONDecoder().decode([String].self, from: Data(Page.embedded(json: json).utf8))
            #expect(back == [expected, "next"])
        }
    }

    @Test func thePolicyLetsNothingElseRun() throws {
        let page = Page.inspection(title: "x", json: "{}").html
        let policy = try #require(page.firstMatch(of: /Content-Security-Policy" content="([^"]*)"/)?.1)
        #expect(policy.hasPrefix("default-src 'none'; style-src 'sha256-"))
        #expect(!policy.contains("unsafe") && !policy.contains("http") && !policy.contains("*"))
        // Neither are there attributes that the policy would keep from having an effect, nor anything to load.
        for found in [" style=", " onclick=", " src=", "<link", "@import", "url(http", "fetch(", "XMLHttpRequest", "innerHTML"] {
            #expect(!page.contains(found), "\(found)")
        }
    }
}
