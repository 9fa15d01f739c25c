#include "aides/fill.hpp"

#include <map>
#include <unistd.h>

#include "language/networks.hpp"
#include "support/error.hpp"
#include "support/files.hpp"
#include "support/text.hpp"

namespace k8s_node {

namespace {

constexpr std::string_view network_suffix = ".network";

/// Reads lines "NAME=value"; others, such as comments, are passed over.
std::map<std::string, std::string> read_values(const std::string& path) {
    std::map<std::string, std::string> values;
    for (const auto& line : split_lines(read_file(path))) {
        const auto equals = line.find('=');
        if (equals != std::string::npos) {
            values[line.substr(0, equals)] = trim(line.substr(equals + 1));
        }
    }
    return values;
}

/// Returns the value of "NAME", or the network of that of "NAME.network".
std::string value_of(const std::string& reference, const std::map<std::string, std::string>& values,
                     const FillOptions& options) {
    const bool wants_network = reference.ends_with(network_suffix);
    const auto name =
        reference.substr(0, reference.size() - (wants_network ? network_suffix.size() : 0));
    const auto found = values.find(name);
    if (found == values.end()) {
        throw Error(options.from + " refers to @" + reference + "@, and " + options.values +
                    " has no line " + name + "=")
            .try_this("whoever writes " + options.values + " must be of the version that " +
                      options.from + " was written for");
    }
    if (!wants_network) {
        return found->second;
    }
    const auto network = parse_network(found->second);
    if (!network) {
        throw Error(options.values + ": " + name + "=" + found->second +
                    " is not an address with a prefix length, such as 10.244.1.1/24");
    }
    return without_host_bits(*network);
}

std::string filled(const FillOptions& options) {
    const auto values = read_values(options.values);
    const auto parts = split(read_file(options.from), '@');
    if (parts.size() % 2 == 0) {
        throw Error(options.from + " has an @ without a second one after the name");
    }
    std::string text;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        text += i % 2 == 0 ? parts[i] : value_of(parts[i], values, options);
    }
    return text;
}

} // namespace

void fill_file(const FillOptions& options) {
    const auto text = with_context("writing " + options.file, [&] { return filled(options); });
    if (read_file_if_exists(options.file) != text) {
        write_file_atomically(options.file, text, {0644, ::geteuid(), ::getegid()});
    }
}

} // namespace k8s_node
