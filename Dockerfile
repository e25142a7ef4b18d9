# syntax=docker/dockerfile:1
# One image for the five services, the gateway and the one-shot commands; docker-compose.yml says which is which.

FROM node:24-slim AS build
WORKDIR /app
ENV TURBO_TELEMETRY_DISABLED=1
COPY . .
RUN --mount=type=cache,target=/root/.npm npm ci
RUN npx turbo run build --filter=@psqm/platform... --filter=@psqm/gateway... --output-logs=errors-only
# The optional packages are Node 24 and PostgreSQL for machines that lack them: here the images bring both.
RUN npm prune --omit=dev --omit=optional

FROM node:24-slim
WORKDIR /app
ENV NODE_ENV=production HOST=0.0.0.0 APOLLO_TELEMETRY_DISABLED=1
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/packages ./packages
COPY --from=build /app/services ./services
COPY --from=build /app/gateway ./gateway
COPY --from=build /app/platform ./platform
COPY --from=build /app/schema ./schema
# Files that people send are kept here, on a volume; its first owner is the folder's.
RUN mkdir /files && chown node:node /files
# The base image's own unprivileged user; nothing under /app is its to write.
USER node
ENTRYPOINT ["node", "--enable-source-maps"]
CMD ["services/people/dist/main.js"]
