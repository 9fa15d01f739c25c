#include "rollout/report.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "cluster/json_text.hpp"
#include "support/text.hpp"

namespace k8s_node::rollout {

namespace {

constexpr std::array names{
    std::pair{Progress::idle, "idle"}, std::pair{Progress::running, "running"},
    std::pair{Progress::done, "done"}, std::pair{Progress::failed, "failed"}};

/// Takes the text up to a blank, and the blank.
std::string_view take_word(std::string_view& text) {
    const auto word = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(text.size(), word.size() + 1));
    return word;
}

/// True for what a failed unit said in Go's log format, quoted after its name (klog's header:
/// severity, month and day): the message has the line that counts already.
bool is_log_line(std::string_view detail) {
    const auto name_end = detail.find(": ");
    if (name_end == std::string_view::npos) {
        return false;
    }
    const auto header = detail.substr(name_end + 2, 5);
    const auto date = header.substr(std::min<std::size_t>(1, header.size()));
    return header.size() == 5 &&
           std::string_view("IWEF").find(header[0]) != std::string_view::npos &&
           date.find_first_not_of("0123456789") == std::string_view::npos;
}

} // namespace

std::string to_text(Progress progress) {
    for (const auto& [known, name] : names) {
        if (known == progress) {
            return name;
        }
    }
    return {};
}

std::string to_text(const Report& report) {
    auto text = to_text(report.progress);
    text += report.key.empty() ? "" : " " + report.key;
    return text + (report.reason.empty() ? "" : " " + report.reason);
}

std::optional<Report> parse_report(std::string_view text) {
    const auto name = take_word(text);
    for (const auto& [progress, known] : names) {
        if (name == known) {
            const auto key = take_word(text);
            return progress == Progress::idle || !key.empty()
                       ? std::optional(Report{progress, std::string(key), std::string(text)})
                       : std::nullopt;
        }
    }
    return std::nullopt;
}

std::string short_reason(const Error& error) {
    constexpr std::size_t longest_detail = 200;
    constexpr std::size_t most = 600;
    auto text = error.message();
    for (const auto& detail : error.details()) {
        text += detail.size() > longest_detail || is_log_line(detail) ? "" : "; " + detail;
    }
    auto words = words_of(replace_all(text, "\n", " "));
    std::erase_if(words, [](const std::string& word) {
        return word.starts_with("--") && word.find('=') != std::string::npos;
    });
    return join(words, " ").substr(0, most);
}

std::string report_text_of(const nlohmann::json& node) {
    using cluster::part_at;
    return cluster::text_at(part_at(part_at(node, "metadata"), "annotations"), report_annotation);
}

std::optional<Report> report_of(const nlohmann::json& node) {
    return parse_report(report_text_of(node));
}

} // namespace k8s_node::rollout
