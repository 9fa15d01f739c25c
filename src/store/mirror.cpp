#include "store/mirror.hpp"

namespace k8s_node {

namespace {

/// Returns the length of "https://", or 0 without a scheme.
std::size_t scheme_length(std::string_view url) {
    constexpr std::string_view mark = "://";
    const auto at = url.find(mark);
    return at == std::string_view::npos ? 0 : at + mark.size();
}

/// Returns "host:port/path", without the user and password before an '@'.
std::string_view without_user(std::string_view after_scheme) {
    const auto at = after_scheme.substr(0, after_scheme.find('/')).rfind('@');
    return at == std::string_view::npos ? after_scheme : after_scheme.substr(at + 1);
}

} // namespace

std::string mirror_url(std::string_view mirror, std::string_view upstream) {
    while (mirror.ends_with('/')) {
        mirror.remove_suffix(1);
    }
    std::string url(mirror);
    url += '/';
    url += without_user(upstream.substr(scheme_length(upstream)));
    return url;
}

std::vector<DownloadSource> download_sources(std::span<const std::string> mirrors,
                                             std::string_view upstream) {
    if (mirrors.empty()) {
        return {{std::string(upstream), false}};
    }
    std::vector<DownloadSource> sources;
    sources.reserve(mirrors.size());
    for (const auto& mirror : mirrors) {
        sources.push_back({mirror_url(mirror, upstream), true});
    }
    return sources;
}

std::string printable_url(std::string_view url) {
    const auto scheme = scheme_length(url);
    std::string text(url.substr(0, scheme));
    text += without_user(url.substr(scheme));
    return text.substr(0, text.find_first_of("?#"));
}

} // namespace k8s_node
