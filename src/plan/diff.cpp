#include "plan/diff.hpp"

#include <algorithm>
#include <vector>

#include "support/text.hpp"

namespace k8s_node {

namespace {

constexpr std::size_t max_lines = 2000;

/// Returns lines with their prefix, in order, by the longest common subsequence.
std::vector<std::string> script(const std::vector<std::string>& a,
                                const std::vector<std::string>& b) {
    std::vector<std::vector<unsigned>> common(a.size() + 1, std::vector<unsigned>(b.size() + 1));
    for (std::size_t i = a.size(); i-- > 0;) {
        for (std::size_t j = b.size(); j-- > 0;) {
            common[i][j] = a[i] == b[j] ? common[i + 1][j + 1] + 1
                                        : std::max(common[i + 1][j], common[i][j + 1]);
        }
    }
    std::vector<std::string> out;
    std::size_t i = 0;
    std::size_t j = 0;
    while (i < a.size() || j < b.size()) {
        if (i < a.size() && j < b.size() && a[i] == b[j]) {
            out.push_back(" " + a[i]);
            ++i;
            ++j;
        } else if (j == b.size() || (i < a.size() && common[i + 1][j] >= common[i][j + 1])) {
            out.push_back("-" + a[i++]);
        } else {
            out.push_back("+" + b[j++]);
        }
    }
    return out;
}

} // namespace

std::string line_diff(const std::string& before, const std::string& after, std::size_t context) {
    if (before == after) {
        return {};
    }
    const auto a = split_lines(before);
    const auto b = split_lines(after);
    if (a.size() > max_lines || b.size() > max_lines) {
        return std::to_string(a.size()) + " lines become " + std::to_string(b.size()) + " lines\n";
    }
    if (a == b) {
        return "\\ only the end of the last line differs\n";
    }
    const auto lines = script(a, b);
    std::vector<bool> shown(lines.size());
    for (std::size_t i = 0; i < lines.size(); ++i) {
        if (lines[i][0] == ' ') {
            continue;
        }
        const auto first = i < context ? 0 : i - context;
        for (std::size_t k = first; k <= std::min(i + context, lines.size() - 1); ++k) {
            shown[k] = true;
        }
    }
    std::string out;
    bool gap = false;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        if (!shown[i]) {
            gap = !out.empty();
            continue;
        }
        out += gap ? " ...\n" : "";
        gap = false;
        out += lines[i] + "\n";
    }
    return out;
}

} // namespace k8s_node
