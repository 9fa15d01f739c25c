// The kernel command line, as the person at the boot loader may type it.
#include "support/boot_parameters.hpp"

#include "property.hpp"

namespace k8s_node::fuzz {

namespace {

/// The word as it can be typed so that it is read back.
std::string typed(const std::string& word) {
    std::string out = word.empty() ? "\"\"" : "";
    for (const char character : word) {
        const char quote = character == '"' ? '\'' : '"';
        out += {quote, character, quote};
    }
    return out;
}

void check_words(std::string_view line) {
    const auto words = split_command_line(line);
    std::string again;
    for (const auto& word : words) {
        again += typed(word) + ' ';
    }
    require(split_command_line(again) == words, "words that are typed with quotes are read back",
            again);
}

void check_parameter(const std::optional<BootParameter>& found, std::string_view key) {
    if (!found) {
        return;
    }
    const auto equals = found->word.find('=');
    const auto name = found->word.substr(0, equals);
    require(name.size() == key.size(), "a parameter is found by its whole name", found->word);
    require(found->value == (equals == std::string::npos ? "" : found->word.substr(equals + 1)),
            "a parameter's value is what stands after its first '='", found->word);
}

void check_parameters(const std::vector<std::string>& words) {
    const auto found = find_boot_parameters(words);
    check_parameter(found.generation, "k8s_node.generation");
    check_parameter(found.enabled, "k8s_node.enabled");
    check_parameter(found.profile, "k8s_node.profile");
    auto more = words;
    more.emplace_back("k8s-node.profile=last");
    const auto last = find_boot_parameters(more);
    require(last.profile == BootParameter{"k8s-node.profile=last", "last"}, "the last one wins");
    require(last.generation == found.generation && last.enabled == found.enabled,
            "parameters do not mix");
}

} // namespace

} // namespace k8s_node::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace k8s_node;
    const auto line = fuzz::as_text(data, size);
    fuzz::check_words(line);
    fuzz::check_parameters(split_command_line(line));
    fuzz::check_parameters(split_arguments(line));
    static_cast<void>(parse_boolean(line));
    return 0;
}
