// Joins the application: styles, cache, router.

import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { queryClient } from './api/queries.ts';
import { watchNetwork } from './api/reach.ts';
import { router } from './routes.tsx';
import { UiProvider } from './ui/provider.tsx';

const place = document.getElementById('app');
if (!place) throw new Error('index.html has no place for the application');
watchNetwork();
createRoot(place).render(
  <StrictMode>
    <UiProvider>
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </UiProvider>
  </StrictMode>,
);
