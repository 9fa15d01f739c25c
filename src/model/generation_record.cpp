#include "model/generation_record.hpp"

#include <algorithm>
#include <array>

#include <nlohmann/json.hpp>

#include "model/newer_format.hpp"
#include "support/time.hpp"

namespace k8s_node {

namespace {

using nlohmann::json;

constexpr std::array outcomes = {GenerationOutcome::fresh, GenerationOutcome::good,
                                 GenerationOutcome::failed};

GenerationOutcome parse_outcome(const std::string& text, const std::string& path) {
    const auto found = std::ranges::find_if(
        outcomes, [&](GenerationOutcome outcome) { return text == to_text(outcome); });
    if (found == outcomes.end()) {
        throw Error(path + ": '" + text + "' is not a valid outcome");
    }
    return *found;
}

std::optional<std::chrono::sys_seconds> read_time(const json& document, const char* key) {
    return parse_utc(document.value(key, ""));
}

void require_known_format(const json& document, const std::string& path) {
    if (!document.is_object()) {
        throw Error(path + " is not a generation record")
            .try_this("remove it: the generation itself is stored elsewhere, and the next run "
                      "writes a new record");
    }
    const auto format = document.find("format");
    if (format == document.end() || !format->is_number_integer()) {
        throw Error(path + " is not a generation record: it names no format");
    }
    if (format->get<std::int64_t>() > GenerationRecord::known_format) {
        throw NewerFormat(path, format->get<std::int64_t>(), GenerationRecord::known_format);
    }
}

} // namespace

const char* to_text(GenerationOutcome outcome) {
    switch (outcome) {
    case GenerationOutcome::good:
        return "good";
    case GenerationOutcome::failed:
        return "failed";
    case GenerationOutcome::fresh:
        break;
    }
    return "new";
}

std::string write_record(const GenerationRecord& record) {
    const nlohmann::ordered_json document = {
        {"format", GenerationRecord::known_format},
        {"created", utc_text(record.created)},
        {"program", record.program},
        {"invoking_user", record.invoking_user},
        {"verb", record.verb},
        {"summary", record.summary},
        {"outcome", to_text(record.outcome)},
        {"reason", record.reason},
        {"good_since", record.good_since ? utc_text(*record.good_since) : ""},
        {"previous", record.previous.value_or(0)},
        {"files", record.files},
    };
    // A reason may quote the output of a service in any encoding.
    return document.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

namespace {

std::optional<int> read_previous(const json& document) {
    const int number = document.value("previous", 0);
    return number > 0 ? std::optional(number) : std::nullopt;
}

} // namespace

GenerationRecord parse_record(std::string_view text, std::string_view path) {
    const auto document = json::parse(text, nullptr, /*allow_exceptions=*/false);
    const std::string where(path);
    require_known_format(document, where);
    try {
        return {
            .created = read_time(document, "created").value_or(std::chrono::sys_seconds{}),
            .program = document.value("program", ""),
            .invoking_user = document.value("invoking_user", document.value("author", "")),
            .verb = document.value("verb", ""),
            .summary = document.value("summary", ""),
            .files = document.at("files").get<std::map<std::string, std::string>>(),
            .outcome = parse_outcome(document.at("outcome").get<std::string>(), where),
            .reason = document.value("reason", ""),
            .good_since = read_time(document, "good_since"),
            .previous = read_previous(document),
        };
    } catch (const json::exception& error) {
        throw Error(where + " is not a generation record: " + error.what());
    }
}

} // namespace k8s_node
