#include "model/finding.hpp"

#include <algorithm>
#include <iterator>

#include <nlohmann/json.hpp>

#include "support/error.hpp"

namespace k8s_node {

std::string Finding::text() const {
    return "[" + name + "] " + message + (hint.empty() ? "" : "; " + hint);
}

nlohmann::ordered_json to_json(const Findings& findings) {
    auto out = nlohmann::ordered_json::array();
    for (const auto& finding : findings) {
        out.push_back({{"check", finding.name},
                       {"severity", finding.severity == Severity::error ? "error" : "warning"},
                       {"message", finding.message},
                       {"hint", finding.hint}});
    }
    return out;
}

void append(Findings& findings, Findings more) {
    findings.insert(findings.end(), std::make_move_iterator(more.begin()),
                    std::make_move_iterator(more.end()));
}

void soften(Findings& findings, const std::vector<std::string>& ignored) {
    const auto has = [&](const std::string& name) {
        return std::ranges::find(ignored, name) != ignored.end();
    };
    for (auto& finding : findings) {
        if (has("all") || has(finding.name)) {
            finding.severity = Severity::warning;
        }
    }
}

void refuse_errors(const Findings& findings, std::string_view what) {
    const auto count = std::ranges::count(findings, Severity::error, &Finding::severity);
    if (count == 0) {
        return;
    }
    const bool is_for_somebody = std::ranges::any_of(findings, [](const auto& finding) {
        return finding.severity == Severity::error && finding.cure == Cure::somebody;
    });
    Error error(std::string(what) + ": " + std::to_string(count) +
                    (count == 1 ? " check failed" : " checks failed"),
                is_for_somebody ? ExitStatus::unsuitable : ExitStatus::not_yet);
    for (const auto& finding : findings) {
        if (finding.severity == Severity::error) {
            error.with_detail(finding.text());
        }
    }
    throw error;
}

} // namespace k8s_node
