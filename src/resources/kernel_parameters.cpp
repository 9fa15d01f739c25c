#include "resources/kernel_parameters.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <map>
#include <optional>
#include <unistd.h>

#include "resources/triggers.hpp"
#include "support/error.hpp"
#include "support/files.hpp"
#include "support/text.hpp"

namespace k8s_node {

namespace fs = std::filesystem;

namespace {

/// Of files with the same name only the first directory's counts; then they are read by name
/// (sysctl.d(5)).
constexpr std::array directories{"/etc/sysctl.d", "/run/sysctl.d", "/usr/local/lib/sysctl.d",
                                 "/usr/lib/sysctl.d", "/lib/sysctl.d"};

struct Assignment {
    std::string key; ///< below /proc/sys, perhaps a pattern: "net/ipv4/conf/*/rp_filter"
    std::string value;
};

/// Returns the text with single blanks between its values: the kernel writes tabs.
std::string squeezed(std::string_view text) {
    std::string out;
    for (const char c : trim(text)) {
        const bool blank = c == ' ' || c == '\t' || c == '\n';
        if (!blank || (!out.empty() && out.back() != ' ')) {
            out += blank ? ' ' : c;
        }
    }
    return out;
}

/// The first separator decides which of the two is meant; the other is then part of names.
std::string path_of(std::string key) {
    const auto first = key.find_first_of("./");
    if (first != std::string::npos && key[first] == '.') {
        std::ranges::replace_if(
            key, [](char c) { return c == '.' || c == '/'; }, '/');
    }
    return key;
}

std::vector<Assignment> parse(const std::string& text) {
    std::vector<Assignment> out;
    for (const auto& line : split_lines(text)) {
        auto assignment = trim(line);
        const auto equals = assignment.find('=');
        if (assignment.starts_with('#') || assignment.starts_with(';') ||
            equals == std::string_view::npos) {
            continue;
        }
        if (assignment.starts_with('-')) { // failures to set it are ignored
            assignment.remove_prefix(1);
        }
        const auto at = assignment.find('=');
        out.push_back({path_of(std::string(trim(assignment.substr(0, at)))),
                       squeezed(assignment.substr(at + 1))});
    }
    return out;
}

/// File name → absolute path, in the order in which they are read.
std::map<std::string, std::string> files_in_order(const Root& root) {
    std::map<std::string, std::string> files;
    for (const auto* directory : directories) {
        for (const auto& path : directory_entries(root.at(directory))) {
            const auto name = path.filename().string();
            if (name.ends_with(".conf")) {
                files.emplace(name, std::string(directory) + "/" + name);
            }
        }
    }
    return files;
}

/// Returns a file's content. An operator's link is followed inside of the root: 99-sysctl.conf to
/// /etc/sysctl.conf. Anything but a regular file, such as /dev/null or a directory, is empty.
std::string text_of(const std::string& path, const Root& root) {
    std::error_code error;
    const auto target = fs::read_symlink(root.at(path), error);
    const auto real =
        error ? fs::path(path) : (fs::path(path).parent_path() / target).lexically_normal();
    const auto type = fs::status(root.at(real), error).type();
    if (type == fs::file_type::none && error != std::errc::too_many_symbolic_link_levels) {
        throw system_error(error.value(), "inspect " + root.at(real).string());
    }
    return type == fs::file_type::regular ? read_file_if_exists(root.at(real)).value_or("") : "";
}

struct Setter {
    std::string file;
    std::string value;
};

/// The last file that sets each key, patterns included. A key by name wins over patterns, wherever
/// they stand.
class Winners {
public:
    explicit Winners(const Root& root) {
        for (const auto& [name, path] : files_in_order(root)) {
            for (auto& [key, value] : parse(text_of(path, root))) {
                setters_[key] = {path, value};
            }
        }
    }
    [[nodiscard]] std::optional<Setter> of(const std::string& key) const {
        const auto found = setters_.find(key);
        return found == setters_.end() ? std::nullopt : std::optional(found->second);
    }

private:
    std::map<std::string, Setter> setters_;
};

std::string dotted(const std::string& key) {
    return replace_all(key, "/", ".");
}

/// Returns the present value; nullopt if this machine lacks the parameter or may not set it.
std::optional<std::string> value_now(const std::string& key, const Root& root) {
    const auto path = root.at("/proc/sys/" + key);
    if (::access(path.c_str(), W_OK) != 0) {
        return std::nullopt;
    }
    const auto text = read_file_if_exists(path);
    return text ? std::optional(squeezed(*text)) : std::nullopt;
}

std::optional<ParameterDrift> drift_of(const Assignment& wanted, const std::string& file,
                                       const Winners& winners, const Root& root) {
    const auto now = value_now(wanted.key, root);
    if (!now) {
        return std::nullopt;
    }
    const auto setter = winners.of(wanted.key);
    const bool is_overridden = setter && setter->file != file && setter->value != wanted.value;
    if (*now == wanted.value && !is_overridden) {
        return std::nullopt;
    }
    ParameterDrift drift{dotted(wanted.key), "is " + *now + " instead of " + wanted.value, {}};
    if (is_overridden) {
        drift.overrider = setter->file;
        drift.what = (*now == wanted.value ? "will be " + setter->value + " instead of " +
                                                 wanted.value + " after the next boot"
                                           : drift.what) +
                     ": " + setter->file + " sets it after " + file;
    }
    return drift;
}

} // namespace

std::vector<ParameterDrift> find_parameter_drift(const std::vector<std::string>& files,
                                                 const Root& root) {
    std::vector<ParameterDrift> drift;
    if (files.empty()) {
        return drift;
    }
    const Winners winners(root);
    for (const auto& file : files) {
        for (const auto& wanted : parse(text_of(file, root))) {
            if (auto found = drift_of(wanted, file, winners, root)) {
                drift.push_back(std::move(*found));
            }
        }
    }
    return drift;
}

std::vector<std::string> parameter_files(const Generation& generation) {
    return files_of_trigger(sysctl_unit, generation);
}

} // namespace k8s_node
