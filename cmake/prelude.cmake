# The precompiled headers that every target reuses (see _holdfast_compile_options): the same prelude once with and once without
# UndefinedBehaviorSanitizer, for a precompiled header only fits the flags that it was made with.

function(_holdfast_prelude target)
  file(WRITE ${CMAKE_BINARY_DIR}/${target}.cc.new "// The prelude needs a target to belong to.\n")
  file(COPY_FILE ${CMAKE_BINARY_DIR}/${target}.cc.new ${CMAKE_BINARY_DIR}/${target}.cc ONLY_IF_DIFFERENT)
  add_library(${target} OBJECT ${CMAKE_BINARY_DIR}/${target}.cc)
  target_compile_options(${target} PRIVATE -Wall -Wextra -Werror ${ARGN})
  target_link_libraries(${target} PRIVATE fmt::fmt Threads::Threads)
  target_precompile_headers(${target} PRIVATE ${PROJECT_SOURCE_DIR}/cmake/prelude.h)
endfunction()

_holdfast_prelude(holdfast_prelude)
if("undefined" IN_LIST HOLDFAST_SANITIZE)
  _holdfast_prelude(holdfast_prelude_checked -fsanitize=undefined -fno-sanitize=vptr -fno-sanitize-recover=undefined)
endif()
