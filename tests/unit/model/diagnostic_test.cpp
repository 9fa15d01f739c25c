#include <gtest/gtest.h>

#include "model/diagnostic.hpp"

namespace k8s_node {
namespace {

Source source(const std::string& text) {
    return std::make_shared<const SourceText>(SourceText{"profile", "p.yaml", text});
}

TEST(DiagnosticText, ShowsTheLineAndACaret) {
    const Diagnostic diagnostic{{source("a: 1\nb:\tx\n"), 2, 4}, "no x", "try y"};
    EXPECT_EQ(diagnostic.text(), "p.yaml:2:4: error: no x (try y)\n"
                                 "  2 | b:\tx\n"
                                 "    |   \t^");
}

TEST(DiagnosticText, IsNotStoppedByAPlaceOutsideOfTheText) {
    EXPECT_EQ((Diagnostic{{source("a\n"), 9, 1}, "m", ""}).text(),
              "p.yaml:9:1: error: m\n  9 | \n    | ^");
    EXPECT_EQ((Diagnostic{{source("a\n"), 0, 0}, "m", ""}).text(), "p.yaml: error: m");
    EXPECT_EQ((Diagnostic{{}, "m", ""}).text(), "error: m");
}

TEST(DiagnosticText, CannotDriveATerminal) {
    const auto text = Diagnostic{{source("a: \x1b[2J\r\n"), 1, 1}, "m", ""}.text();
    EXPECT_EQ(text.find_first_of("\x1b\r"), std::string::npos) << text;
}

TEST(Collection, ThrowsAllItHoldsAsAConfigurationError) {
    Diagnostics diagnostics;
    EXPECT_NO_THROW(diagnostics.throw_if_any());
    diagnostics.add({}, "one");
    diagnostics.add({source("x"), 1, 1}, "two");
    try {
        diagnostics.throw_if_any();
        FAIL();
    } catch (const ConfigurationError& error) {
        EXPECT_EQ(error.status(), ExitStatus::configuration);
        EXPECT_EQ(error.diagnostics().size(), 2U);
        EXPECT_EQ(error.message(), "error: one\np.yaml:1:1: error: two\n  1 | x\n    | ^");
    }
}

} // namespace
} // namespace k8s_node
