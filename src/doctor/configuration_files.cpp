#include "doctor/configuration_files.hpp"

#include <algorithm>
#include <cctype>

#include "support/text.hpp"

namespace k8s_node::doctor {

namespace fs = std::filesystem;

namespace {

void add_lines(std::string& lines, const std::string& text) {
    for (const auto& line : split_lines(text)) {
        const auto bare = trim(line);
        if (!bare.empty() && bare.front() != '#' && bare.front() != ';' &&
            !bare.starts_with("//")) {
            lines += std::string(bare) + "\n";
        }
    }
}

std::string without_blanks(std::string_view line) {
    std::string out;
    for (const char letter : line) {
        if (letter != ' ' && letter != '\t') {
            out += static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
        }
    }
    return out;
}

} // namespace

std::string configured_lines(const Root& root, std::initializer_list<const char*> paths) {
    std::string lines;
    for (const auto* path : paths) {
        const auto place = root.at(path);
        std::error_code ignored;
        if (!fs::is_directory(place, ignored)) {
            add_lines(lines, read_file_if_exists(place).value_or(""));
            continue;
        }
        auto files = directory_entries(place);
        std::ranges::sort(files);
        for (const auto& file : files) {
            if (fs::is_regular_file(file, ignored)) {
                add_lines(lines, read_file(file));
            }
        }
    }
    return lines;
}

bool has_line(const std::string& lines, std::string_view line) {
    const auto all = split_lines(lines);
    return std::ranges::any_of(all, [&, wanted = without_blanks(line)](const std::string& one) {
        return without_blanks(one) == wanted;
    });
}

} // namespace k8s_node::doctor
