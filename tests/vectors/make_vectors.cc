// Writes the golden vectors into a directory: make_vectors tests/vectors
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "tests/vectors/vectors.h"

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("usage: make_vectors DIR\n", stderr);
    return 2;
  }
  for (const auto& [name, text] : holdfast::vectors::all()) {
    std::ofstream file(std::filesystem::path(argv[1]) / name, std::ios::binary);
    file << text;
    if (!file.flush()) {
      std::fprintf(stderr, "cannot write %s\n", name.c_str());
      return 1;
    }
  }
  return 0;
}
